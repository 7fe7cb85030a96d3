import Analyzer
import Domain
import Foundation
import Persistence
import PersistencePostgreSQL
import PostgreSQL

/// `maskwatch-benchmarks database URL`: how many pictures a second analyzers record in a PostgreSQL database, and how long
/// the charts of 30 days of 100 cameras at a picture every 10 s wait for their figures. The database must be empty, and is
/// not afterwards.
struct DatabaseBenchmark {
    struct Report: Codable {
        var cores = ProcessInfo.processInfo.activeProcessorCount
        var runs = 0
        var analyzers = 0
        var cameras = 0
        /// Median of the runs.
        var recordsPerSecond = 0.0
        /// Medians, by what is asked.
        var milliseconds: [String: Double] = [:]
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
        let cameras = try await prepare(processes[0])
        var rates: [Double] = []
        for _ in 0..<runs { rates.append(try await record(processes, cameras)) }
        report.recordsPerSecond = median(rates)
        try await fill()
        for (name, query) in queries(cameras) {
            var times: [Double] = []
            for _ in 0..<runs {
                times.append(try await milliseconds { try await query(processes[0].statistics) })
            }
            report.milliseconds[name] = median(times)
        }
        return report
    }

    /// A rule that watches every camera, as most installations have one.
    private func prepare(_ persistence: PostgreSQLPersistence) async throws -> [CameraID] {
        let cameras = (0..<Self.cameraCount).map {
            Camera(name: "\($0)", source: CameraSource(address: "rtsp://\($0).test"))
        }
        for camera in cameras { try await persistence.cameras.save(camera) }
        try await persistence.rules.save(Rule(name: "no mask"))
        return cameras.map(\.id)
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

    /// What 26 million pictures leave behind: minutes of a week, hours and days of 30 days.
    private func fill() async throws {
        var settings = Database.Settings(ConnectionSettings(address: try DatabaseAddress(url)))
        settings.connection.statementTimeout = .seconds(600)
        let database = Database(settings)
        for (interval, seconds, days) in [("minute", 60, 7), ("hour", 3600, 30), ("day", 86_400, 30)] {
            try await database.write { connection in
                try connection.run(
                    """
                    INSERT INTO statistics SELECT cameras.id, '00000000-0000-0000-0000-000000000000', $1,
                    date_trunc('day', now()) - make_interval(secs => number * $2), $2 / 10, $2 / 10, 0, $2 / 5, 3, $2 / 20, 5
                    FROM cameras, generate_series(1, $3 * 86400 / $2) AS number ON CONFLICT DO NOTHING
                    """, interval, seconds, days)
            }
        }
        try await database.write { try $0.run("ANALYZE statistics") }
    }

    private typealias Query = @Sendable (any StatisticsRepository) async throws -> Void

    private func queries(_ cameras: [CameraID]) -> [(String, Query)] {
        func range(_ days: Double) -> Range<Date> { Date().addingTimeInterval(-days * 86_400)..<Date() }
        func sums(_ interval: StatisticsInterval, _ days: Double, _ cameras: Set<CameraID>? = nil) -> Query {
            let query = StatisticsQuery(cameras: cameras, interval: interval, range: range(days))
            return { _ = try await $0.sums(query) }
        }
        func buckets(_ interval: StatisticsInterval, _ days: Double, _ cameras: Set<CameraID>? = nil) -> Query {
            let query = StatisticsQuery(cameras: cameras, interval: interval, range: range(days))
            return { _ = try await $0.buckets(query) }
        }
        return [
            ("30 days by hour, all cameras, sums (also the hour-of-week map)", sums(.hour, 30)),
            ("30 days by hour, 50 cameras, sums", sums(.hour, 30, Set(cameras.prefix(50)))),
            ("30 days by hour, 1 camera", buckets(.hour, 30, [cameras[0]])),
            ("30 days by day, all cameras, a line each", buckets(.day, 30)),
            ("1 day by minute, all cameras, sums", sums(.minute, 1)),
            ("30 days by hour, all cameras, a line each (72,000 buckets)", buckets(.hour, 30)),
        ]
    }

    private func milliseconds(_ body: () async throws -> Void) async throws -> Double {
        let time = try await ContinuousClock().measure(body)
        return time / .milliseconds(1)
    }

    private func median(_ values: [Double]) -> Double { (values.sorted()[values.count / 2] * 10).rounded() / 10 }
}

/// Nothing is secret here.
private struct PlainSealer: SecretSealer {
    func seal(_ plain: Data) throws -> Data { plain }
    func open(_ sealed: Data) throws -> Data { sealed }
}
