import Domain
import Foundation
import Persistence
import PostgreSQL

struct PostgreSQLStatisticsRepository: StatisticsRepository {
    let tables: Tables

    func buckets(_ query: StatisticsQuery) async throws -> [StatisticsBucket] {
        let rows = try await tables.read { connection in
            guard let cameras = query.cameras.map(Array.init) else { return try connection.buckets(query) }
            return try connection.buckets(query, of: cameras)
        }
        return rows
    }

    func sums(_ query: StatisticsQuery) async throws -> [StatisticsSum] {
        try await tables.read { connection in
            guard let cameras = query.cameras.map(Array.init) else { return try connection.sums(query) }
            return try connection.sums(query, of: cameras)
        }
    }
}

extension Connection {
    fileprivate func buckets(_ query: StatisticsQuery) throws -> [StatisticsBucket] {
        try rows(
            """
            SELECT pictures, expected, incidents, worn_correctly, worn_incorrectly, without, unknown, start, camera_id
            FROM statistics WHERE interval = $1 AND zone_id = $2 AND start >= $3 AND start < $4
            ORDER BY start, camera_id
            """, query.interval.rawValue, query.zoneKey, query.range.lowerBound, query.range.upperBound
        ) { try StatisticsBucket(row: $0, query) }
    }

    fileprivate func buckets(_ query: StatisticsQuery, of cameras: [CameraID]) throws -> [StatisticsBucket] {
        try rows(
            """
            SELECT pictures, expected, incidents, worn_correctly, worn_incorrectly, without, unknown, start, camera_id
            FROM statistics WHERE interval = $1 AND zone_id = $2 AND start >= $3 AND start < $4
            AND camera_id = ANY ($5) ORDER BY start, camera_id
            """, query.interval.rawValue, query.zoneKey, query.range.lowerBound, query.range.upperBound, cameras
        ) { try StatisticsBucket(row: $0, query) }
    }

    fileprivate func sums(_ query: StatisticsQuery) throws -> [StatisticsSum] {
        try rows(
            """
            SELECT sum(pictures)::bigint, sum(expected)::bigint, sum(incidents)::bigint, sum(worn_correctly)::bigint,
            sum(worn_incorrectly)::bigint, sum(without)::bigint, sum(unknown)::bigint, start FROM statistics
            WHERE interval = $1 AND zone_id = $2 AND start >= $3 AND start < $4 GROUP BY start ORDER BY start
            """, query.interval.rawValue, query.zoneKey, query.range.lowerBound, query.range.upperBound
        ) { StatisticsSum(start: try $0(7), counts: try SightingCounts(row: $0)) }
    }

    fileprivate func sums(_ query: StatisticsQuery, of cameras: [CameraID]) throws -> [StatisticsSum] {
        try rows(
            """
            SELECT sum(pictures)::bigint, sum(expected)::bigint, sum(incidents)::bigint, sum(worn_correctly)::bigint,
            sum(worn_incorrectly)::bigint, sum(without)::bigint, sum(unknown)::bigint, start FROM statistics
            WHERE interval = $1 AND zone_id = $2 AND start >= $3 AND start < $4 AND camera_id = ANY ($5)
            GROUP BY start ORDER BY start
            """, query.interval.rawValue, query.zoneKey, query.range.lowerBound, query.range.upperBound, cameras
        ) { StatisticsSum(start: try $0(7), counts: try SightingCounts(row: $0)) }
    }

    /// Adds to buckets, all in one statement. In one order, so that two transactions never wait for each other.
    func count(_ buckets: [StatisticsBucket]) {
        guard !buckets.isEmpty else { return }
        var sums: [BucketKey: SightingCounts] = [:]
        for bucket in buckets {
            let key = BucketKey(bucket)
            sums[key] = sums[key].map { $0 + bucket.counts } ?? bucket.counts
        }
        let all = sums.sorted { $0.key < $1.key }
        let (keys, counts) = (all.map(\.key), all.map(\.value))
        send(
            """
            INSERT INTO statistics AS old (camera_id, zone_id, interval, start, pictures, expected, incidents,
            worn_correctly, worn_incorrectly, without, unknown)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            ON CONFLICT (interval, zone_id, start, camera_id) DO UPDATE SET pictures = old.pictures + excluded.pictures,
            expected = old.expected + excluded.expected, incidents = old.incidents + excluded.incidents,
            worn_correctly = old.worn_correctly + excluded.worn_correctly,
            worn_incorrectly = old.worn_incorrectly + excluded.worn_incorrectly,
            without = old.without + excluded.without, unknown = old.unknown + excluded.unknown
            """, keys.map(\.camera), keys.map(\.zone), keys.map(\.interval), keys.map(\.start), counts.map(\.pictures),
            counts.map(\.expected), counts.map(\.incidents), counts.map(\.wornCorrectly), counts.map(\.wornIncorrectly),
            counts.map(\.without), counts.map(\.unknown))
    }
}

private struct BucketKey: Hashable, Comparable {
    let camera: CameraID
    let zone: ZoneID
    let interval: String
    let start: Date

    init(_ bucket: StatisticsBucket) {
        camera = bucket.cameraID
        zone = bucket.zoneID ?? .wholePicture
        interval = bucket.interval.rawValue
        start = bucket.start
    }

    static func < (a: BucketKey, b: BucketKey) -> Bool {
        (a.camera, a.zone, a.interval, a.start) < (b.camera, b.zone, b.interval, b.start)
    }
}

extension ZoneID {
    /// All zeros: a primary key cannot hold NULL.
    fileprivate static var wholePicture: ZoneID {
        ZoneID(UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)))
    }
}

extension StatisticsQuery {
    fileprivate var zoneKey: ZoneID { zone ?? .wholePicture }
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
    /// Reads the counts, start, camera_id; the rest is what was asked for.
    fileprivate init(row: Row, _ query: StatisticsQuery) throws {
        self.init(
            cameraID: try row(8), zoneID: query.zone, interval: query.interval, start: try row(7),
            counts: try SightingCounts(row: row))
    }
}
