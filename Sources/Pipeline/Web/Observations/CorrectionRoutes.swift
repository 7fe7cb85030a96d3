import Domain
import Foundation
import HTTPTypes
import Persistence

/// What people say is to be seen in a picture: it becomes training data.
struct CorrectionRoutes: Sendable {
    let corrections: any CorrectionRepository
    let observations: any ObservationRepository

    func show(_ request: WebRequest) async throws -> HTTPResponse {
        guard let correction = try await corrections.correction(of: try request.identifier("snapshot")) else {
            throw Problem.notFound
        }
        return try .json(correction)
    }

    func save(_ request: WebRequest) async throws -> HTTPResponse {
        guard let observation = try await observations.observation(try request.identifier("snapshot")) else {
            throw Problem.notFound
        }
        let user = try request.signedIn().user
        let faces = try request.decode { reader in
            reader.objects("faces", limit: Correction.maximumFaces) { Self.face(&$0, in: observation) }
        }
        let correction = Correction(
            snapshotID: observation.snapshotID, faces: faces, correctedBy: user.name, correctedAt: request.now)
        try await corrections.save(correction)
        return try .json(correction)
    }

    func remove(_ request: WebRequest) async throws -> HTTPResponse {
        guard try await corrections.remove(try request.identifier("snapshot")) else { throw Problem.notFound }
        return HTTPResponse(.noContent)
    }

    private static func face(_ reader: inout FieldReader, in observation: Observation) -> Correction.CorrectedFace {
        let mask: MaskState = reader.choice("mask", fallback: nil)
        let (width, height) = (Float(observation.width), Float(observation.height))
        guard case .array(let items) = reader.value("box"), items.count == 4,
            let box = Box(items), box.x >= -width, box.y >= -height, box.x < width, box.y < height,
            box.width >= 1, box.height >= 1, box.width <= 3 * width, box.height <= 3 * height
        else {
            reader.fail("box", "This must be [x, y, width, height] in pixels of the picture.")
            return Correction.CorrectedFace(box: Box(x: 0, y: 0, width: 1, height: 1), mask: mask)
        }
        return Correction.CorrectedFace(box: box, mask: mask)
    }
}

extension Box {
    fileprivate init?(_ items: [JSONValue]) {
        let numbers = items.compactMap { if case .number(let number) = $0 { Float(number) } else { nil } }
        guard numbers.count == 4 else { return nil }
        self.init(x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3])
    }
}
