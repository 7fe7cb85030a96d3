import Analyzer
import Domain
import Foundation
import Persistence
import PersistencePostgreSQL
import ServiceLifecycle

/// `maskwatch-benchmarks database URL`: how many pictures a second analyzers record in a PostgreSQL database, and how long
/// the charts of 30 days of 100 cameras at a picture every 10 s wait for their figures. The database must be empty, and is
/// not afterwards.
struct DatabaseBenchmark {
    struct Report: Codable {
        var cores = ProcessorCores.allowed
        var runs = 0
        var analyzers = 0
        var cameras = 0
        /// Median of the runs.
        var recordsPerSecond = 0.0
        /// Milliseconds, by chart.
        var charts: [String: ChartBenchmark.Times] = [:]
    }

    let url: String
    var runs = 5
    var analyzers = 4
    /// Pictures each analyzer works on at the same time: `AnalyzerService` takes so many from its queue.
    var side = 16
    var picturesARun = 4000
    private static let cameraCount = 100

    func run() async throws -> Report {
        var report = Report()
        (report.runs, report.analyzers, report.cameras) = (runs, analyzers, Self.cameraCount)
        let processes = try await withThrowingTaskGroup { group in
            for _ in 0..<analyzers {
                group.addTask { try await PostgreSQLPersistence.open(url: url, sealer: PlainSealer()) }
            }
            return try await group.reduce(into: [PostgreSQLPersistence]()) { $0.append($1) }
        }
        let cameras = try await processes[0].addCameras(Self.cameraCount)
        var rates: [Double] = []
        for _ in 0..<runs { rates.append(try await record(processes, cameras)) }
        report.recordsPerSecond = median(rates)
        let charts = ChartBenchmark(repositories: processes[0], cameras: cameras)
        report.charts = try await charts.run()
        return report
    }

    private func record(_ processes: [PostgreSQLPersistence], _ cameras: [CameraID]) async throws -> Double {
        let analysis = ObservationAnalysis(timeZone: .gmt)
        let start = Date()
        let seconds =
            try await milliseconds {
                try await withThrowingTaskGroup { group in
                    let lanes = processes.count * side
                    for lane in 0..<lanes {
                        let observations = processes[lane % processes.count].observations
                        group.addTask {
                            for number in stride(from: lane, to: picturesARun, by: lanes) {
                                let seen = Self.observation(cameras[number % cameras.count], start, number)
                                _ = try await observations.record(seen) { analysis.plan(seen, $0) }
                            }
                        }
                    }
                    try await group.waitForAll()
                }
            } / 1000
        return Double(picturesARun) / seconds
    }

    private static func observation(_ camera: CameraID, _ start: Date, _ number: Int) -> Observation {
        let time = start.addingTimeInterval(Double(number / cameraCount))
        let id = SnapshotID(at: time)
        let faces = [MaskState.wornCorrectly, .wornCorrectly, .unknown, number % 7 < 2 ? .without : .wornCorrectly].map
        {
            Face(
                box: Box(x: 100, y: 120.5, width: 40, height: 52), score: 0.93, mask: $0, maskScore: 0.9,
                maskScores: [.wornCorrectly: 0.9, .wornIncorrectly: 0.06, .without: 0.04])
        }
        return Observation(
            snapshotID: id, cameraID: camera, takenAt: time, objectKey: .snapshot(id, camera: camera), width: 1920,
            height: 1080, faces: faces, models: ["face-fast/1", "mask-classifier/1"])
    }

    private func milliseconds(_ body: () async throws -> Void) async throws -> Double {
        let time = try await ContinuousClock().measure(body)
        return time / .milliseconds(1)
    }

    private func median(_ values: [Double]) -> Double { (values.sorted()[values.count / 2] * 10).rounded() / 10 }
}
