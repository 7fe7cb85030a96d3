import Domain
import Foundation
import Persistence
import SQLite

struct SQLiteStatisticsRepository: StatisticsRepository {
    let tables: Tables

    func buckets(
        camera: CameraID?, interval: StatisticsInterval, from: Date, to: Date
    ) async throws -> [StatisticsBucket] {
        try await tables.read { connection in
            if let camera { return try connection.buckets(camera: camera, interval: interval, from: from, to: to) }
            return try connection.buckets(interval: interval, from: from, to: to)
        }
    }
}

extension Connection {
    fileprivate func buckets(
        camera: CameraID, interval: StatisticsInterval, from: Date, to: Date
    ) throws -> [StatisticsBucket] {
        try rows(
            """
            SELECT camera_id, interval, start, pictures, worn_correctly, worn_incorrectly, without, unknown FROM statistics
            WHERE camera_id = ?1 AND interval = ?2 AND start >= ?3 AND start < ?4 ORDER BY start
            """, camera, interval.rawValue, from, to
        ) { try StatisticsBucket(row: $0) }
    }

    fileprivate func buckets(interval: StatisticsInterval, from: Date, to: Date) throws -> [StatisticsBucket] {
        try rows(
            """
            SELECT camera_id, interval, start, pictures, worn_correctly, worn_incorrectly, without, unknown FROM statistics
            WHERE interval = ?1 AND start >= ?2 AND start < ?3 ORDER BY start, camera_id
            """, interval.rawValue, from, to
        ) { try StatisticsBucket(row: $0) }
    }

    /// Adds one picture to its bucket.
    func count(_ observation: Observation, in bucket: BucketStart) throws {
        try run(
            """
            INSERT INTO statistics (camera_id, interval, start, pictures, worn_correctly, worn_incorrectly, without, unknown)
            VALUES (?1, ?2, ?3, 1, ?4, ?5, ?6, ?7)
            ON CONFLICT (interval, start, camera_id) DO UPDATE SET pictures = pictures + 1,
            worn_correctly = worn_correctly + ?4, worn_incorrectly = worn_incorrectly + ?5, without = without + ?6,
            unknown = unknown + ?7
            """, observation.cameraID, bucket.interval.rawValue, bucket.start, observation.count(of: .wornCorrectly),
            observation.count(of: .wornIncorrectly), observation.count(of: .without), observation.count(of: .unknown))
    }
}

extension StatisticsBucket {
    fileprivate init(row: Row) throws {
        self.init(
            cameraID: try row(0), interval: try row.word(1), start: try row(2), pictures: try row(3),
            wornCorrectly: try row(4), wornIncorrectly: try row(5), without: try row(6), unknown: try row(7))
    }
}
