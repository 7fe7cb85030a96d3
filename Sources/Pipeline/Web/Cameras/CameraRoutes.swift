import Domain
import Foundation
import HTTPTypes
import Logging
import Messaging
import Persistence

/// Registers cameras.
struct CameraRoutes: Sendable {
    let cameras: any CameraRepository
    let sites: any SiteRepository
    let observations: any ObservationRepository
    let broadcast: any Broadcast
    let probe: CameraProbe
    let rules: AddressRules
    let logger: Logger

    static let maximumCameras = 1000

    private struct List: Encodable { let cameras: [CameraView] }

    func list(_ request: WebRequest) async throws -> HTTPResponse {
        let statuses = try await cameras.statuses()
        let latest = try await observations.latest().reduce(into: [:]) { $0[$1.cameraID] = $1 }
        let views = try await cameras.cameras().map {
            CameraView($0, status: statuses[$0.id], latest: latest[$0.id])
        }
        return try .json(List(cameras: views))
    }

    func show(_ request: WebRequest) async throws -> HTTPResponse {
        try .json(try await view(of: try await camera(in: request)))
    }

    func create(_ request: WebRequest) async throws -> HTTPResponse {
        let input = try await decode(request, stored: nil)
        try checkLimit(try await cameras.cameras().count, below: Self.maximumCameras, of: "cameras")
        let camera = input.camera(at: request.now)
        try await cameras.save(camera)
        logger.notice("camera added", [.camera: camera.id.description])
        await broadcast.publish(.camera(camera.id))
        return try .json(CameraView(camera, status: nil, latest: nil), status: .created)
    }

    func update(_ request: WebRequest) async throws -> HTTPResponse {
        let stored = try await camera(in: request)
        let camera = try await decode(request, stored: stored).camera(changing: stored, at: request.now)
        try await cameras.save(camera)
        logger.notice("camera changed", [.camera: camera.id.description])
        await broadcast.publish(.camera(camera.id))
        return try .json(try await view(of: camera))
    }

    func remove(_ request: WebRequest) async throws -> HTTPResponse {
        let id: CameraID = try request.identifier("camera")
        guard try await cameras.remove(id) else { throw Problem.notFound }
        logger.notice("camera removed", [.camera: id.description])
        await broadcast.publish(.camera(id))
        return HTTPResponse(.noContent)
    }

    /// Connects to a camera that is not saved yet, or to one that is with changes that are not.
    func test(_ request: WebRequest) async throws -> HTTPResponse {
        let stored = try await storedSource(in: request)
        let source = try decode(request) { reader in
            _ = reader.optionalText("camera_id", .address)
            return reader.nested("source", isNeeded: true) {
                CameraSourceInput(&$0, stored: stored, rules: rules).value
            }
        }
        guard let source else { throw Problem.invalid("source", "This must be an object.") }
        return try .json(try await probe.run(source))
    }

    private func storedSource(in request: WebRequest) async throws -> CameraSource? {
        var reader = try request.fields()
        guard case .value(let text) = reader.optionalText("camera_id", .address) else { return nil }
        guard let id = CameraID(text), let camera = try await cameras.camera(id) else {
            throw Problem.invalid("camera_id", "There is no such camera.")
        }
        return camera.source
    }

    private func decode(_ request: WebRequest, stored: Camera?) async throws -> CameraInput {
        let sites = Set(try await sites.sites().map(\.id))
        return try decode(request) { CameraInput(&$0, stored: stored, sites: sites, rules: rules) }
    }

    /// An address that is refused may be an attack on what this machine can reach: it is worth a line in the log.
    private func decode<Value>(_ request: WebRequest, _ read: (inout FieldReader) -> Value) throws -> Value {
        do { return try request.decode(read) } catch let problem as Problem {
            if problem.errors.contains(where: { $0.field == "source.address" }) {
                logger.notice("camera address refused", [.address: request.client.text])
            }
            throw problem
        }
    }

    private func camera(in request: WebRequest) async throws -> Camera {
        guard let camera = try await cameras.camera(try request.identifier("camera")) else { throw Problem.notFound }
        return camera
    }

    private func view(of camera: Camera) async throws -> CameraView {
        let latest = try await observations.observations(camera: camera.id, before: nil, limit: 1).first
        return CameraView(camera, status: try await cameras.statuses()[camera.id], latest: latest)
    }
}
