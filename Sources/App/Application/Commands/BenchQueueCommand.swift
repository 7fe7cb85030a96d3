import Domain
import Foundation
import Messaging
import MessagingRabbitMQ
import MessagingSQLite

extension BenchCommands {
    private static let pictures = CommandOption(name: "--pictures", value: "N", help: "pictures a run (default 5000)")
    private static let publishers = CommandOption(
        name: "--publishers", value: "N", help: "publishers at the same time (default 64)")

    static let queue = CommandDefinition(
        path: ["bench", "queue"], summary: "Measure pictures a second through two queues",
        options: [.json, runs, pictures, publishers]
    ) { input in
        var benchmark = QueueBenchmark()
        benchmark.runs = try input.number(runs, in: 1...1000) ?? benchmark.runs
        benchmark.pictures = try input.number(pictures, in: 1...9000) ?? benchmark.pictures
        benchmark.publishers = try input.number(publishers, in: 1...1000) ?? benchmark.publishers
        let configuration = try AppConfiguration.load(input)
        let url = try configuration[AppSettings.queueURL]
        let report =
            url.isEmpty
            ? try await inFile(benchmark)
            : try await atBroker(benchmark, try RabbitMQ.open(url: url, logger: configuration.logger()))
        guard !input.has(.json) else {
            Console.output(String(decoding: try JSON.encode(report), as: UTF8.self))
            return .done
        }
        Console.output(
            "\(report.adapter): \(Int(report.picturesPerSecond)) pictures a second through two queues (\(report.runs) runs of \(report.pictures), \(report.publishers) publishers, \(report.cores) cores)"
        )
        return .done
    }

    private static func inFile(_ benchmark: QueueBenchmark) async throws -> QueueBenchmark.Report {
        let folder = FileManager.default.temporaryDirectory.appending(path: "maskwatch-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let database = try await QueueDatabase.open(path: folder.appending(path: "queues.sqlite").path)
        return try await benchmark.run(
            try await database.queue("first"), try await database.queue("second"), adapter: "SQLite")
    }

    private static func atBroker(_ benchmark: QueueBenchmark, _ broker: RabbitMQ) async throws -> QueueBenchmark.Report
    {
        let names = ["first", "second"].map { "bench-\($0)-\(UUID().uuidString)" }
        let result: Result<QueueBenchmark.Report, any Error>
        do {
            result = .success(
                try await benchmark.run(broker.queue(names[0]), broker.queue(names[1]), adapter: "RabbitMQ"))
        } catch { result = .failure(error) }
        for name in names { try await broker.delete(name) }
        await broker.close()
        return try result.get()
    }
}
