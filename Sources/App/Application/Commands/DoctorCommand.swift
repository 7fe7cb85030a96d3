import Configuration
import Foundation
import InferenceOpenVINO
import ObjectStorage
import Persistence
import ServiceLifecycle
import Vision
import Web

/// `maskwatch doctor`: looks at everything a start needs and says what to do about what is wrong.
enum DoctorCommand {
    static let definition = CommandDefinition(
        path: ["doctor"], summary: "Check what this machine and this configuration need, and say what to do"
    ) { input in
        let configuration = try AppConfiguration.load(input)
        var failures = 0
        for check in checks(configuration) {
            do {
                Console.output("ok      \(check.name): \(try await check.run())")
            } catch {
                failures += 1
                Console.output("problem \(check.name): \(error)")
            }
        }
        return failures == 0 ? .done : .failed
    }

    private struct Check {
        let name: String
        /// What was found; throws what is wrong.
        let run: () async throws -> String
    }

    private static func checks(_ configuration: AppConfiguration) -> [Check] {
        [
            Check(name: "configuration") { "every setting is in order" },
            Check(name: "data folder") { try dataFolder(configuration) },
            Check(name: "database") { try await database(configuration) },
            Check(name: "object store") { try await objectStore(configuration) },
            Check(name: "processor") {
                guard try configuration[AppSettings.modelURL].isEmpty else { return "the models run elsewhere" }
                try OpenVINOBackend.checkProcessor(configuration[AppSettings.device])
                return "\(ProcessorCores.allowed) cores, fit for OpenVINO"
            },
            Check(name: "models") { try await models(configuration) },
            Check(name: "web pages") {
                try WebService.checkFiles()
                return "all files are there"
            },
        ]
    }

    private static func dataFolder(_ configuration: AppConfiguration) throws -> String {
        let folder = try DataFolder(configuration)
        let values = try folder.root.resourceValues(forKeys: [.volumeAvailableCapacityKey])
        let free = values.volumeAvailableCapacity ?? 0
        let needed = try configuration[AppSettings.minimumFree]
        guard free > needed.bytes else {
            throw CommandFailure(
                "\(ByteSize(bytes: free)) are free, but storage.minimum_free keeps \(needed) free: no picture will be stored"
            )
        }
        return "\(folder.root.path) can be written, \(ByteSize(bytes: free)) free"
    }

    private static func database(_ configuration: AppConfiguration) async throws -> String {
        let database = try await configuration.repositories()
        let cameras = try await database.cameras.cameras().count
        return "schema version \(type(of: database).schemaVersion), \(cameras) cameras"
    }

    private static func objectStore(_ configuration: AppConfiguration) async throws -> String {
        guard try !configuration[AppSettings.storageURL].isEmpty else { return "in the data folder" }
        let usage = try await configuration.objectStore().usage()
        return "\(ByteSize(bytes: usage.usedBytes)) used, room for \(ByteSize(bytes: usage.freeBytes))"
    }

    private static func models(_ configuration: AppConfiguration) async throws -> String {
        let parts = try await VisionParts.load(configuration, logger: configuration.logger())
        try await parts.checkReady()
        let names = parts.analyzer.models.joined(separator: " and ")
        return try configuration[AppSettings.modelURL].isEmpty ? "\(names): whole, and load" : "\(names): served"
    }
}
