import Domain
import Foundation
import HTTPTypes
import ObjectStorage
import Persistence

/// What was seen, and the pictures it was seen in. A picture is found by its snapshot alone; no path from outside reaches
/// the store.
struct ObservationRoutes: Sendable {
    let observations: any ObservationRepository
    let store: any ObjectStore

    /// In bytes; far above what a grabber stores.
    static let pictureLimit = 64 << 20

    private struct List: Encodable { let observations: [ObservationView] }

    func list(_ request: WebRequest) async throws -> HTTPResponse {
        var query = QueryReader(request.http)
        let camera: CameraID? = query.identifier("camera")
        let before = query.date("before")
        let limit = query.limit()
        try query.finish()
        let found = try await observations.observations(camera: camera, before: before, limit: limit)
        return try .json(List(observations: found.map(ObservationView.init)))
    }

    func show(_ request: WebRequest) async throws -> HTTPResponse {
        try .json(ObservationView(try await observation(in: request)))
    }

    func picture(_ request: WebRequest) async throws -> HTTPResponse {
        let key = try await observation(in: request).objectKey
        do {
            var response = HTTPResponse.data(
                try await store.get(key, limit: Self.pictureLimit), contentType: "image/jpeg")
            response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
            return response
        } catch let error as ObjectStoreError {
            switch error.code {
            case .notFound: throw Problem(.notFound, code: "picture_gone", "The picture has been deleted.")
            case .unavailable, .full: throw Problem.busy("The store of the pictures cannot answer at the moment.")
            default: throw error
            }
        }
    }

    private func observation(in request: WebRequest) async throws -> Observation {
        guard let observation = try await observations.observation(try request.identifier("snapshot")) else {
            throw Problem.notFound
        }
        return observation
    }
}
