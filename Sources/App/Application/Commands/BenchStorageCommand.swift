import Domain
import Foundation
import ObjectStorage

extension BenchCommands {
    private static let pictures = CommandOption(name: "--pictures", value: "N", help: "pictures a run (default 500)")
    private static let clients = CommandOption(
        name: "--clients", value: "N", help: "requests at the same time (default 8)")
    private static let bytes = CommandOption(
        name: "--bytes", value: "N", help: "bytes of a picture (default 100000)")

    static let storage = CommandDefinition(
        path: ["bench", "storage"], summary: "Measure pictures a second into the object store and out of it",
        options: [.json, runs, pictures, clients, bytes]
    ) { input in
        var benchmark = StorageBenchmark()
        benchmark.runs = try input.number(runs, in: 1...1000) ?? benchmark.runs
        benchmark.pictures = try input.number(pictures, in: 1...1_000_000) ?? benchmark.pictures
        benchmark.clients = try input.number(clients, in: 1...1000) ?? benchmark.clients
        benchmark.bytes = try input.number(bytes, in: 200...100_000_000) ?? benchmark.bytes
        let configuration = try AppConfiguration.load(input)
        let url = try configuration[AppSettings.storageURL]
        let report = try await benchmark.run(
            try await configuration.objectStore(), adapter: url.hasPrefix("s3:") ? "S3" : "folder")
        guard !input.has(.json) else {
            Console.output(String(decoding: try JSON.encode(report), as: UTF8.self))
            return .done
        }
        Console.output(
            "\(report.adapter): \(Int(report.put.median)) pictures a second in, \(Int(report.get.median)) out (\(report.runs) runs of \(report.pictures), \(report.bytes) bytes, \(report.clients) clients, \(report.cores) cores)"
        )
        return .done
    }
}
