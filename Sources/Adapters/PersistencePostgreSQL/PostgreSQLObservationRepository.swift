import Domain
import Foundation
import Persistence
import PostgreSQL

struct PostgreSQLObservationRepository: ObservationRepository {
    let tables: Tables

    func observation(_ id: SnapshotID) async throws -> Observation? {
        try await tables.read { connection in
            try connection.first(
                """
                SELECT snapshot_id, camera_id, taken_at, object_key, width, height, faces, models, burst_id, shot, shots
                FROM observations WHERE snapshot_id = $1
                """, id
            ) { try Observation(row: $0) }
        }
    }

    func observations(camera: CameraID?, before: Date?, limit: Int) async throws -> [Observation] {
        let before = before ?? .distantFuture
        return try await tables.read { connection in
            guard let camera else { return try connection.observations(before: before, limit: limit) }
            return try connection.observations(camera: camera, before: before, limit: limit)
        }
    }

    func replay(cameras: Set<CameraID>, in range: Range<Date>, limit: Int) async throws -> [Observation] {
        try await tables.read { connection in
            try connection.rows(
                """
                SELECT snapshot_id, camera_id, taken_at, object_key, width, height, faces, models, burst_id, shot, shots
                FROM observations WHERE camera_id = ANY ($1) AND taken_at >= $2 AND taken_at < $3
                ORDER BY taken_at DESC, snapshot_id DESC LIMIT $4
                """, Array(cameras), range.lowerBound, range.upperBound, limit
            ) { try Observation(row: $0) }.reversed()
        }
    }

    func latest() async throws -> [Observation] {
        try await tables.read { connection in
            try connection.rows(
                """
                SELECT newest.snapshot_id, newest.camera_id, newest.taken_at, newest.object_key, newest.width,
                newest.height, newest.faces, newest.models, newest.burst_id, newest.shot, newest.shots FROM cameras
                CROSS JOIN LATERAL (SELECT * FROM observations WHERE camera_id = cameras.id
                ORDER BY taken_at DESC, snapshot_id DESC LIMIT 1) AS newest ORDER BY cameras.name
                """
            ) { try Observation(row: $0) }
        }
    }

    func count() async throws -> Int {
        try await tables.read {
            try $0.value("SELECT coalesce(sum(pictures), 0)::bigint FROM observed", as: Int.self) ?? 0
        }
    }

    func recorded(among ids: [SnapshotID]) async throws -> Set<SnapshotID> {
        try await tables.read { connection in
            Set(
                try connection.rows("SELECT snapshot_id FROM observations WHERE snapshot_id = ANY ($1)", ids) {
                    try $0(0, as: SnapshotID.self)
                })
        }
    }
}

extension Connection {
    fileprivate func observations(before: Date, limit: Int) throws -> [Observation] {
        try rows(
            """
            SELECT snapshot_id, camera_id, taken_at, object_key, width, height, faces, models, burst_id, shot, shots
            FROM observations WHERE taken_at < $1 ORDER BY taken_at DESC, snapshot_id DESC LIMIT $2
            """, before, limit
        ) { try Observation(row: $0) }
    }

    fileprivate func observations(camera: CameraID, before: Date, limit: Int) throws -> [Observation] {
        try rows(
            """
            SELECT snapshot_id, camera_id, taken_at, object_key, width, height, faces, models, burst_id, shot, shots
            FROM observations WHERE camera_id = $1 AND taken_at < $2 ORDER BY taken_at DESC, snapshot_id DESC LIMIT $3
            """, camera, before, limit
        ) { try Observation(row: $0) }
    }
}

extension Observation {
    /// Reads snapshot_id, camera_id, taken_at, object_key, width, height, faces, models, burst_id, shot, shots.
    init(row: Row) throws {
        let (shot, shots): (Int, Int) = (try row(9), try row(10))
        let burst = try row(8, as: SnapshotID?.self).map { BurstPlace(id: $0, shot: shot, shots: shots) }
        self.init(
            snapshotID: try row(0), cameraID: try row(1), takenAt: try row(2), objectKey: try row(3),
            width: try row(4), height: try row(5), faces: try row.list(6), models: try row.list(7), burst: burst)
    }
}
