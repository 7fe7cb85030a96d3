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
            if arguments.count == 5 { benchmark.picturesARun = Int(arguments[4]) ?? benchmark.picturesARun }
            try show(await benchmark.run())
        case ("feed", 6...):
            try show(
                await FeedBenchmark(
                    broker: arguments[1], database: arguments[2], folder: arguments[3], count: Int(arguments[4]) ?? 0,
                    files: Array(arguments[5...])
                ).run())
        case (_, 2...): try await pipeline(arguments)
        default:
            FileHandle.standardError.write(Data(usage.utf8))
            exit(2)
        }
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
        let cameras = (0..<10).map { Camera(name: "\($0)", source: CameraSource(address: "rtsp://\($0).test")) }
        for camera in cameras { try await database.cameras.save(camera) }
        return try await ChartBenchmark(repositories: database, cameras: cameras.map(\.id)).run()
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
