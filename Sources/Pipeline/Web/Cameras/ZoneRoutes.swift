import Domain
import Foundation
import HTTPTypes
import Logging
import Messaging
import Persistence

/// The parts of a camera's pictures: what counts, what does not, what nobody may see.
struct ZoneRoutes: Sendable {
    let cameras: any CameraRepository
    let broadcast: any Broadcast
    let logger: Logger

    struct List: Encodable { let zones: [Zone] }

    func list(_ request: WebRequest) async throws -> HTTPResponse {
        try .json(List(zones: try await camera(in: request).zones))
    }

    /// Replaces all of them.
    func update(_ request: WebRequest) async throws -> HTTPResponse {
        var camera = try await camera(in: request)
        let known = Set(camera.zones.map(\.id))
        camera.zones = try request.decode { Self.read(&$0, known: known) }
        camera.updatedAt = request.now
        try await cameras.save(camera)
        logger.notice("zones changed", [.camera: camera.id.description])
        await broadcast.publish(.camera(camera.id))
        return try .json(List(zones: camera.zones))
    }

    private static func read(_ reader: inout FieldReader, known: Set<ZoneID>) -> [Zone] {
        let zones = reader.objects("zones", limit: Zone.maximumPerCamera) { Zone(&$0, known: known) }.compactMap { $0 }
        if Set(zones.map(\.name)).count < zones.count || Set(zones.map(\.id)).count < zones.count {
            reader.fail("zones", "Each zone needs a name of its own.")
        }
        return zones
    }

    private func camera(in request: WebRequest) async throws -> Camera {
        guard let camera = try await cameras.camera(try request.identifier("camera")) else { throw Problem.notFound }
        return camera
    }
}

extension Zone {
    /// A zone that is changed keeps its identity, so that rules and statistics keep to it.
    fileprivate init?(_ reader: inout FieldReader, known: Set<ZoneID>) {
        var id = ZoneID()
        if case .value(let text) = reader.optionalText("id", .moment) {
            if let stored = ZoneID(text), known.contains(stored) {
                id = stored
            } else {
                reader.fail("id", "There is no such zone: leave the identity out to add one.")
            }
        }
        let name = reader.text("name", .name)
        let kind: Kind = reader.choice("kind", fallback: nil)
        guard let polygon = Polygon(reader.value("polygon")) else {
            let range = Polygon.pointsRange
            reader.fail(
                "polygon",
                "This must be \(range.lowerBound) to \(range.upperBound) points [x, y] from 0 to 1 that enclose something."
            )
            return nil
        }
        self.init(id: id, name: name, kind: kind, polygon: polygon)
    }
}

extension Polygon {
    fileprivate init?(_ value: JSONValue?) {
        guard case .array(let items) = value, items.count <= Self.pointsRange.upperBound else { return nil }
        let points = items.compactMap { item -> Point? in
            guard case .array(let pair) = item, pair.count == 2, case .number(let x) = pair[0],
                case .number(let y) = pair[1]
            else { return nil }
            return Point(x: x, y: y)
        }
        guard points.count == items.count else { return nil }
        self.init(points)
    }
}
