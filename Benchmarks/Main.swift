import Domain
import Foundation
import Inference
import InferenceOpenVINO
import Logging
import Persistence
import PersistenceSQLite
import Vision

/// `maskwatch-benchmarks MODELS PICTURE...`: the pipeline over pictures, and what the process keeps in memory for it.
@main
struct Benchmarks {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch (arguments.first, arguments.count) {
        case ("database", 2): try show(await DatabaseBenchmark(url: arguments[1]).run())
        case ("charts", 2): try show(await fileCharts(at: arguments[1]))
        case ("flow", 4...5):
            var benchmark = FlowBenchmark(broker: arguments[1], database: arguments[2], location: arguments[3])
            if arguments.count == 5 { benchmark.picturesARun = count(arguments[4]) }
            try show(await benchmark.run())
        case ("feed", 6...):
            let feed = FeedBenchmark(
                broker: arguments[1], database: arguments[2], folder: arguments[3], count: count(arguments[4]),
                files: Array(arguments[5...]))
            try show(await feed.run())
        case (_, 2...): try await pipeline(arguments)
        default: stop(usage)
        }
    }

    /// How many pictures; anything else ends the program with a sentence.
    private static func count(_ text: String) -> Int {
        guard let count = Int(text), 1...1_000_000 ~= count else {
            stop("the number of pictures is 1 to 1000000, not '\(text)'\n")
        }
        return count
    }

    private static func stop(_ message: String) -> Never {
        FileHandle.standardError.write(Data(message.utf8))
        exit(2)
    }

    private static let usage = """
        usage: maskwatch-benchmarks MODELS PICTURE...
               maskwatch-benchmarks database POSTGRESQL-URL
               maskwatch-benchmarks charts SQLITE-FILE
               maskwatch-benchmarks flow AMQP-URL POSTGRESQL-URL FOLDER|s3://BUCKET [PICTURES]
               maskwatch-benchmarks feed AMQP-URL POSTGRESQL-URL FOLDER COUNT PICTURE...

        """

    private static func pipeline(_ arguments: [String]) async throws {
        let start = residentBytes
        var options = OpenVINOOptions()
        let environment = ProcessInfo.processInfo.environment
        options.streams = environment["STREAMS"].flatMap(Int.init)
        options.threads = environment["THREADS"].flatMap(Int.init)
        options.concurrency = environment["CONCURRENCY"].flatMap(Int.init) ?? options.concurrency
        options.precision = environment["PRECISION"].flatMap(OpenVINOOptions.Precision.init) ?? .automatic
        if environment["HINT"] == "throughput" { options.hint = .throughput }
        let repository = ModelRepository(directory: URL(filePath: arguments[0]))
        let detector =
            try environment["DETECTOR"].map { try repository.package(named: $0) }
            ?? repository.package(for: .faceDetection)
        let classifier = try repository.package(for: .maskClassification)
        let backend = try OpenVINOBackend(options: options, logger: .silent)
        for package in [detector, classifier] {
            try await backend.load(name: package.name, version: package.version, xml: package.openVINONetwork())
        }
        let loaded = residentBytes
        let analyzer = FaceAnalyzer(
            detector: try FaceDetector(
                detector, backend: backend,
                settings: .init(
                    longestSide: environment["SIDE"].flatMap(Int.init), score: environment["SCORE"].flatMap(Float.init))
            ),
            classifier: try MaskClassifier(classifier, backend: backend))
        let files = try arguments.dropFirst().map { try Data(contentsOf: URL(filePath: $0)) }
        var benchmark = PipelineBenchmark()
        benchmark.runs = environment["RUNS"].flatMap(Int.init) ?? 5
        let report = try await benchmark.run(analyzer, files: files)
        try show(report)
        print("resident MB: start \(start >> 20), models loaded \(loaded >> 20), after the runs \(residentBytes >> 20)")
    }

    /// `charts FILE`: the charts of 10 cameras from a new SQLite file.
    private static func fileCharts(at path: String) async throws -> [String: ChartBenchmark.Times] {
        let database = try await SQLitePersistence.open(path: path, sealer: PlainSealer())
        let cameras = try await database.addCameras(10)
        return try await ChartBenchmark(repositories: database, cameras: cameras).run()
    }

    private static func show(_ report: some Encodable) throws {
        print(String(decoding: try JSON.encode(report, pretty: true), as: UTF8.self))
    }

    /// proc(5), statm
    static var residentBytes: Int {
        let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        return (Int(text.split(separator: " ").dropFirst().first ?? "") ?? 0) * 4096
    }
}
