import Domain
import Foundation
import Persistence
import SQLite

struct SQLiteStatisticsRepository: StatisticsRepository {
    let tables: Tables

    func buckets(_ query: StatisticsQuery) async throws -> [StatisticsBucket] {
        let cameras = try query.cameras.map(text)
        return try await tables.read { connection in
            try connection.rows(
                """
                SELECT pictures, expected, incidents, worn_correctly, worn_incorrectly, without, unknown, start, camera_id,
                zone_id, interval FROM statistics WHERE interval = ?1 AND zone_id = ?2 AND start >= ?3 AND start < ?4
                AND (?5 IS NULL OR camera_id IN (SELECT value FROM json_each(?5))) ORDER BY start, camera_id
                """, query.interval.rawValue, query.zone?.description ?? "", query.range.lowerBound,
                query.range.upperBound, cameras
            ) { try StatisticsBucket(row: $0) }
        }
    }

    func sums(_ query: StatisticsQuery) async throws -> [StatisticsSum] {
        let cameras = try query.cameras.map(text)
        return try await tables.read { connection in
            try connection.rows(
                """
                SELECT sum(pictures), sum(expected), sum(incidents), sum(worn_correctly), sum(worn_incorrectly),
                sum(without), sum(unknown), start FROM statistics
                WHERE interval = ?1 AND zone_id = ?2 AND start >= ?3 AND start < ?4
                AND (?5 IS NULL OR camera_id IN (SELECT value FROM json_each(?5))) GROUP BY start ORDER BY start
                """, query.interval.rawValue, query.zone?.description ?? "", query.range.lowerBound,
                query.range.upperBound, cameras
            ) { StatisticsSum(start: try $0(7), counts: try SightingCounts(row: $0)) }
        }
    }

    private func text(_ cameras: Set<CameraID>) throws -> String {
        String(decoding: try JSON.encode(cameras.sorted()), as: UTF8.self)
    }
}

extension Connection {
    /// Adds to a bucket.
    func count(_ bucket: StatisticsBucket) throws {
        let counts = bucket.counts
        try run(
            """
            INSERT INTO statistics (camera_id, zone_id, interval, start, pictures, expected, incidents, worn_correctly,
            worn_incorrectly, without, unknown) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
            ON CONFLICT (interval, zone_id, start, camera_id) DO UPDATE SET pictures = pictures + ?5,
            expected = expected + ?6, incidents = incidents + ?7, worn_correctly = worn_correctly + ?8,
            worn_incorrectly = worn_incorrectly + ?9, without = without + ?10, unknown = unknown + ?11
            """, bucket.cameraID, bucket.zoneID?.description ?? "", bucket.interval.rawValue, bucket.start,
            counts.pictures, counts.expected, counts.incidents, counts.wornCorrectly, counts.wornIncorrectly,
            counts.without, counts.unknown)
    }
}

extension SightingCounts {
    /// Reads pictures, expected, incidents, worn_correctly, worn_incorrectly, without, unknown.
    fileprivate init(row: Row) throws {
        self.init(
            pictures: try row(0), expected: try row(1), incidents: try row(2), wornCorrectly: try row(3),
            wornIncorrectly: try row(4), without: try row(5), unknown: try row(6))
    }
}

extension StatisticsBucket {
    /// Reads the counts, start, camera_id, zone_id, interval.
    fileprivate init(row: Row) throws {
        self.init(
            cameraID: try row(8), zoneID: ZoneID(try row(9, as: String.self)), interval: try row.word(10),
            start: try row(7), counts: try SightingCounts(row: row))
    }
}
