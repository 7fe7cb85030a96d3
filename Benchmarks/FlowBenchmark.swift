import Analyzer
import Domain
import Foundation
import Imaging
import Logging
import Messaging
import MessagingRabbitMQ
import Metrics
import ObjectStorage
import ObjectStorageS3
import Persistence
import PersistencePostgreSQL
import Processor
import ServiceLifecycle
import Vision

/// `maskwatch-benchmarks flow BROKER DATABASE STORE`: how many pictures a second pass through everything but the models:
/// stored and announced, fetched by processors with fixed answers, recorded by analyzers. The database must be empty, and is
/// not afterwards.
struct FlowBenchmark {
    struct Report: Codable {
        var cores = ProcessorCores.allowed
        var runs = 0
        var pictures = 0
        var pictureBytes = 0
        var processors = 0
        var analyzers = 0
        /// Median, slowest and fastest of the runs.
        var picturesPerSecond = 0.0
        var slowest = 0.0
        var fastest = 0.0
    }

    let broker: String
    let database: String
    /// A folder, or `s3://BUCKET` with `MASKWATCH_STORAGE_...` as the roles read them.
    let location: String
    var runs = 5
    var picturesARun = 3000
    /// A JPEG of 1920 x 1080 at quality 80, as `docs/capacity.md` counts it.
    var pictureBytes = 150_000
    private static let workers = 2

    func run() async throws -> Report {
        let persistence = try await PostgreSQLPersistence.open(url: database, sealer: PlainSealer(), connections: 8)
        let store = try await store()
        let processes = try (0..<Self.workers * 2 + 1).map { _ in try RabbitMQ.open(url: broker, logger: .silent) }
        let name = "-" + UUID().uuidString
        let queues = processes.map { SharedQueues($0, suffix: name) }
        let picture = Data((0..<pictureBytes).map { UInt8(truncatingIfNeeded: $0 &* 131) })
        let feed = try await PictureFeed(
            queues: queues[0], store: store, persistence: persistence, pictures: [picture])
        let services = (0..<Self.workers).flatMap { number -> [any Service] in
            [
                processor(queues[1 + number], store),
                analyzer(queues[1 + Self.workers + number], persistence),
            ]
        }
        let running = services.map { service in Task { try await service.run() } }
        var rates: [Double] = []
        for _ in 0..<runs { rates.append(try await feed.pass(picturesARun)) }
        for task in running { task.cancel() }
        for task in running { _ = try? await task.value }
        for queue in [queues[0].snapshots, queues[0].observations] { try await processes[0].delete(queue.name) }
        for process in processes { await process.close() }
        rates.sort()
        return Report(
            runs: runs, pictures: picturesARun, pictureBytes: pictureBytes, processors: Self.workers,
            analyzers: Self.workers, picturesPerSecond: rates[runs / 2], slowest: rates[0], fastest: rates[runs - 1])
    }

    private func store() async throws -> any ObjectStore {
        guard location.hasPrefix("s3://") else { return try await FileObjectStore.open(at: location) }
        let environment = ProcessInfo.processInfo.environment
        func setting(_ name: String) -> String { environment["MASKWATCH_STORAGE_\(name)"] ?? "" }
        let settings = try S3Settings(
            url: location, endpoint: setting("ENDPOINT"), region: setting("REGION"), accessKey: setting("ACCESS_KEY"),
            secretKey: Secret(setting("SECRET_KEY")))
        return S3ObjectStore(settings: settings, logger: .silent)
    }

    private func processor(_ queues: SharedQueues, _ store: any ObjectStore) -> any Service {
        ProcessorService(
            snapshots: queues.snapshots, observations: queues.observations, store: store, analyzer: FixedAnswers(),
            metrics: MetricsRegistry(), logger: .silent)
    }

    private func analyzer(_ queues: SharedQueues, _ persistence: PostgreSQLPersistence) -> any Service {
        AnalyzerService(
            queue: queues.observations, observations: persistence.observations, broadcast: InProcessBroadcast(),
            analysis: ObservationAnalysis(timeZone: .gmt), metrics: MetricsRegistry(), logger: .silent)
    }
}

/// Three faces in every picture, one of them without a mask in every seventh.
private struct FixedAnswers: PictureAnalyzer {
    let models = ["fixed/1"]

    func analyze(_ pictures: [Data]) async throws -> [Result<PictureAnalysis, PictureError>] {
        pictures.map { _ in
            let bare = Int.random(in: 0..<7) == 0
            let faces = [MaskState.wornCorrectly, .wornCorrectly, bare ? .without : .wornCorrectly].map { state in
                Face(
                    box: Box(x: 100, y: 120.5, width: 40, height: 52), score: 0.93, mask: state, maskScore: 0.9,
                    maskScores: [state: 0.9])
            }
            return .success(PictureAnalysis(width: 1920, height: 1080, faces: faces, timings: .init()))
        }
    }
}
