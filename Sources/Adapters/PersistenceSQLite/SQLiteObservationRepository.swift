import Domain
import Foundation
import Persistence
import SQLite

struct SQLiteObservationRepository: ObservationRepository {
    let tables: Tables

    func record(
        _ observation: Observation, plan: @escaping @Sendable (RecordContext) -> AnalysisPlan
    ) async throws -> RecordResult {
        let row = try ObservationRow(observation)
        let (now, sealer) = (tables.now(), tables.sealer)
        return try await tables.write { connection in
            let burst = try connection.shots(of: observation.burst)
            guard try connection.insert(row) else { return RecordResult(isNew: false, incidents: []) }
            try connection.countObserved()
            let camera = try connection.camera(observation.cameraID, sealer: sealer)
            let context = RecordContext(
                camera: camera, site: try camera?.siteID.flatMap { try connection.site($0) }, burst: burst,
                watched: try camera.map { try connection.watchedTargets(of: $0) } ?? [])
            return RecordResult(isNew: true, incidents: try connection.apply(plan(context), at: now))
        }
    }

    func observation(_ id: SnapshotID) async throws -> Observation? {
        try await tables.read { connection in
            try connection.first(
                """
                SELECT snapshot_id, camera_id, taken_at, object_key, width, height, faces, models, burst_id,
                shot, shots FROM observations
                WHERE snapshot_id = ?1
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
        let cameras = String(decoding: try JSON.encode(cameras.sorted()), as: UTF8.self)
        return try await tables.read { connection in
            try connection.rows(
                """
                SELECT snapshot_id, camera_id, taken_at, object_key, width, height, faces, models, burst_id, shot, shots
                FROM observations WHERE camera_id IN (SELECT value FROM json_each(?1)) AND taken_at >= ?2
                AND taken_at < ?3 ORDER BY taken_at DESC, number DESC LIMIT ?4
                """, cameras, range.lowerBound, range.upperBound, limit
            ) { try Observation(row: $0) }.reversed()
        }
    }

    func latest() async throws -> [Observation] {
        try await tables.read { connection in
            try connection.rows(
                """
                SELECT snapshot_id, camera_id, taken_at, object_key, width, height, faces, models, burst_id,
                shot, observations.shots FROM cameras
                JOIN observations ON number = (SELECT number FROM observations WHERE camera_id = cameras.id
                ORDER BY taken_at DESC LIMIT 1) ORDER BY name
                """
            ) { try Observation(row: $0) }
        }
    }

    func count() async throws -> Int {
        try await tables.read { try $0.value("SELECT value FROM facts WHERE name = 'observed'", as: Int.self) ?? 0 }
    }

    func recorded(among ids: [SnapshotID]) async throws -> Set<SnapshotID> {
        try await tables.read { connection in
            Set(
                try ids.filter { id in
                    try connection.value("SELECT 1 FROM observations WHERE snapshot_id = ?1", id, as: Int.self) != nil
                })
        }
    }

    func expire(before time: Date, limit: Int) async throws -> [ObjectKey] {
        try await tables.write { connection in
            let old = try connection.rows(
                """
                SELECT number, object_key FROM observations WHERE taken_at < ?1
                AND NOT EXISTS (SELECT 1 FROM incident_pictures JOIN incidents ON incidents.id = incident_id
                WHERE incident_pictures.snapshot_id = observations.snapshot_id AND state = 'open')
                AND snapshot_id NOT IN (SELECT snapshot_id FROM corrections)
                ORDER BY taken_at LIMIT ?2
                """, time, limit
            ) { (number: try $0(0, as: Int.self), key: try $0(1, as: ObjectKey.self)) }
            for row in old { try connection.run("DELETE FROM observations WHERE number = ?1", row.number) }
            return old.map(\.key)
        }
    }

    func expireHistory(_ limits: HistoryLimits) async throws {
        try await tables.write { connection in
            for (interval, time) in limits.statistics {
                try connection.run(
                    "DELETE FROM statistics WHERE interval = ?1 AND start < ?2", interval.rawValue, time)
            }
            try connection.run("DELETE FROM corrections WHERE corrected_at < ?1", limits.incidents)
            try connection.run("DELETE FROM incidents WHERE state = 'closed' AND closed_at < ?1", limits.incidents)
            try connection.run(
                "DELETE FROM outbox WHERE state <> 'pending' AND created_at < ?1", limits.notifications)
        }
    }
}

extension Connection {
    fileprivate func observations(before: Date, limit: Int) throws -> [Observation] {
        try rows(
            """
            SELECT snapshot_id, camera_id, taken_at, object_key, width, height, faces, models, burst_id,
                shot, shots FROM observations
            WHERE taken_at < ?1 ORDER BY taken_at DESC, number DESC LIMIT ?2
            """, before, limit
        ) { try Observation(row: $0) }
    }

    fileprivate func observations(camera: CameraID, before: Date, limit: Int) throws -> [Observation] {
        try rows(
            """
            SELECT snapshot_id, camera_id, taken_at, object_key, width, height, faces, models, burst_id,
                shot, shots FROM observations
            WHERE camera_id = ?1 AND taken_at < ?2 ORDER BY taken_at DESC, number DESC LIMIT ?3
            """, camera, before, limit
        ) { try Observation(row: $0) }
    }

    /// False if the snapshot is there already.
    fileprivate func insert(_ row: ObservationRow) throws -> Bool {
        let observation = row.observation
        let added = try run(
            """
            INSERT INTO observations (snapshot_id, camera_id, taken_at, object_key, width, height, worn_correctly,
            worn_incorrectly, without, unknown, faces, models, burst_id, shot, shots)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
            ON CONFLICT (snapshot_id) DO NOTHING
            """, observation.snapshotID, observation.cameraID, observation.takenAt, observation.objectKey,
            observation.width, observation.height, observation.count(of: .wornCorrectly),
            observation.count(of: .wornIncorrectly), observation.count(of: .without), observation.count(of: .unknown),
            row.faces, row.models, observation.burst?.id, observation.burst?.shot ?? 0, observation.burst?.shots ?? 1)
        return added > 0
    }

    fileprivate func shots(of burst: BurstPlace?) throws -> [Observation] {
        guard let burst else { return [] }
        return try rows(
            """
            SELECT snapshot_id, camera_id, taken_at, object_key, width, height, faces, models, burst_id, shot, shots
            FROM observations WHERE burst_id = ?1 ORDER BY shot
            """, burst.id
        ) { try Observation(row: $0) }
    }

    fileprivate func countObserved() throws {
        try run(
            """
            INSERT INTO facts (name, value) VALUES ('observed', 1)
            ON CONFLICT (name) DO UPDATE SET value = value + 1
            """)
    }
}

/// An observation with the columns that are JSON, made before the transaction begins.
private struct ObservationRow: Sendable {
    let observation: Observation
    let faces: String
    let models: String

    init(_ observation: Observation) throws {
        self.observation = observation
        faces = String(decoding: try JSON.encode(observation.faces), as: UTF8.self)
        models = String(decoding: try JSON.encode(observation.models), as: UTF8.self)
    }
}

extension Observation {
    /// Reads snapshot_id, camera_id, taken_at, object_key, width, height, faces, models, burst_id, shot, shots.
    init(row: Row) throws {
        let (faces, models): (String, String) = (try row(6), try row(7))
        let (shot, shots): (Int, Int) = (try row(9), try row(10))
        let burst = try row(8, as: SnapshotID?.self).map { BurstPlace(id: $0, shot: shot, shots: shots) }
        self.init(
            snapshotID: try row(0), cameraID: try row(1), takenAt: try row(2), objectKey: try row(3),
            width: try row(4), height: try row(5),
            faces: faces == "[]" ? [] : try JSON.decode([Face].self, from: Data(faces.utf8)),
            models: try JSON.decode([String].self, from: Data(models.utf8)), burst: burst)
    }
}
