import Domain
import Foundation
import Persistence
import SQLite

struct SQLiteObservationRepository: ObservationRepository {
    let tables: Tables

    func record(
        _ observation: Observation, in buckets: [BucketStart],
        decide: @escaping @Sendable (Rule, RuleProgress) -> RuleDecision
    ) async throws -> RecordResult {
        let row = try ObservationRow(observation)
        let now = tables.now()
        return try await tables.write { connection in
            guard try connection.insert(row) else { return RecordResult(isNew: false, incidents: []) }
            try connection.countObserved()
            for bucket in buckets { try connection.count(observation, in: bucket) }
            let incidents = try connection.applyRules(to: observation.cameraID, at: now, decide: decide)
            return RecordResult(isNew: true, incidents: incidents)
        }
    }

    func observation(_ id: SnapshotID) async throws -> Observation? {
        try await tables.read { connection in
            try connection.first(
                """
                SELECT snapshot_id, camera_id, taken_at, object_key, width, height, faces, models FROM observations
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

    func latest() async throws -> [Observation] {
        try await tables.read { connection in
            try connection.rows(
                """
                SELECT snapshot_id, camera_id, taken_at, object_key, width, height, faces, models FROM cameras
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
                AND snapshot_id NOT IN (SELECT evidence FROM incidents WHERE state = 'open')
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
            try connection.run("DELETE FROM incidents WHERE state = 'closed' AND closed_at < ?1", limits.incidents)
            try connection.run(
                "DELETE FROM outbox WHERE state <> 'pending' AND created_at < ?1", limits.notifications)
        }
    }

    func closeAbandonedIncidents(at time: Date) async throws -> [IncidentID] {
        try await tables.write { try $0.closeAbandonedIncidents(at: time) }
    }
}

extension Connection {
    fileprivate func observations(before: Date, limit: Int) throws -> [Observation] {
        try rows(
            """
            SELECT snapshot_id, camera_id, taken_at, object_key, width, height, faces, models FROM observations
            WHERE taken_at < ?1 ORDER BY taken_at DESC, number DESC LIMIT ?2
            """, before, limit
        ) { try Observation(row: $0) }
    }

    fileprivate func observations(camera: CameraID, before: Date, limit: Int) throws -> [Observation] {
        try rows(
            """
            SELECT snapshot_id, camera_id, taken_at, object_key, width, height, faces, models FROM observations
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
            worn_incorrectly, without, unknown, faces, models) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
            ON CONFLICT (snapshot_id) DO NOTHING
            """, observation.snapshotID, observation.cameraID, observation.takenAt, observation.objectKey,
            observation.width, observation.height, observation.count(of: .wornCorrectly),
            observation.count(of: .wornIncorrectly), observation.count(of: .without), observation.count(of: .unknown),
            row.faces, row.models)
        return added > 0
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
    /// Reads snapshot_id, camera_id, taken_at, object_key, width, height, faces, models.
    fileprivate init(row: Row) throws {
        let (faces, models): (String, String) = (try row(6), try row(7))
        self.init(
            snapshotID: try row(0), cameraID: try row(1), takenAt: try row(2), objectKey: try row(3),
            width: try row(4), height: try row(5), faces: try JSON.decode([Face].self, from: Data(faces.utf8)),
            models: try JSON.decode([String].self, from: Data(models.utf8)))
    }
}
