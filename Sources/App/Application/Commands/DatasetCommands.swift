import Domain
import Foundation
import ObjectStorage
import Persistence

/// `maskwatch dataset export`: what the cameras saw, as a data set to train and evaluate with.
enum DatasetCommands {
    private static let camera = CommandOption(
        name: "--camera", value: "NAME", help: "only this camera (default: every camera)")
    private static let limit = CommandOption(
        name: "--limit", value: "N", help: "at most so many pictures, the newest (default: 1000)")
    private static let share = CommandOption(
        name: "--val", value: "X", help: "share of the pictures kept for judging, of days of their own (default: 0.2)")
    private static let corrected = CommandOption(
        name: "--corrected", help: "only pictures whose faces somebody corrected")
    private static let withFaces = CommandOption(name: "--with-faces", help: "only pictures in which a face was found")
    private static let pictureLimit = 64 << 20

    static let export = CommandDefinition(
        path: ["dataset", "export"], summary: "Write observations with their pictures as a COCO data set",
        details: """
            DIR must be new or empty. It gets faces/train.json, faces/val.json and the pictures, as docs/training.md
            describes. Corrected pictures come first, with the faces as they were corrected; the others have those the
            models found: correct them before training on them, or leave them out with --corrected.
            """,
        options: [camera, corrected, limit, share, withFaces], operands: "DIR", operandCount: 1...1
    ) { input in
        let most = try input.number(limit, in: 1...1_000_000) ?? 1000
        let part = try input.number(share, in: 0.0...0.9) ?? 0.2
        let configuration = try AppConfiguration.load(input)
        let folder = URL(fileURLWithPath: input.operands[0])
        try requireEmpty(folder)
        let database = try await configuration.repositories()
        let cameras = try await database.cameras.cameras()
        let chosen = try input.text(camera).map { name in
            guard let found = cameras.first(where: { $0.name == name }) else {
                throw CommandFailure("there is no camera '\(name)'; maskwatch camera list shows them")
            }
            return found.id
        }
        let source = DatasetSource(
            observations: database.observations, corrections: database.corrections, camera: chosen,
            onlyFaces: input.has(withFaces))
        let observations = try await input.has(corrected) ? source.corrected(most) : source.newest(most)
        let split = DatasetSplit(observations, share: part)
        let names = Dictionary(cameras.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
        let objects = try await configuration.objectStore()
        for (name, list) in [("train", split.training), ("val", split.validation)] {
            Console.output(try await write(list, name, to: folder, objects, names))
        }
        return .done
    }

    private static func write(
        _ observations: [Observation], _ split: String, to folder: URL, _ objects: any ObjectStore,
        _ names: [CameraID: String]
    ) async throws -> String {
        var writer = try COCOWriter(folder: folder, split: split)
        for (index, observation) in observations.enumerated() {
            Console.progress("\(split): \(index) of \(observations.count)")
            guard let picture = try await picture(of: observation, in: objects) else { continue }
            try writer.add(observation, jpeg: picture, camera: names[observation.cameraID] ?? "removed camera")
        }
        Console.endProgress()
        try writer.finish()
        let gone = observations.count - writer.images
        return
            "\(split): \(writer.images) pictures, \(writer.faces) faces\(gone > 0 ? ", \(gone) pictures are gone" : "")"
    }

    /// Nil if retention has deleted it since the observation was read.
    private static func picture(of observation: Observation, in objects: any ObjectStore) async throws -> Data? {
        do { return try await objects.get(observation.objectKey, limit: pictureLimit) } catch let error
            as ObjectStoreError where error.code == .notFound
        { return nil }
    }

    /// Nothing of another data set is mixed in or written over.
    private static func requireEmpty(_ folder: URL) throws {
        let there = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        guard there.isEmpty else { throw CommandFailure("\(folder.path) is not empty: name a new folder") }
    }
}
