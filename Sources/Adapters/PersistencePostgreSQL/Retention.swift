import Domain
import Foundation
import Persistence
import PostgreSQL

extension PostgreSQLObservationRepository {
    /// In two statements, so that the second one sees what a transaction that was under way at the first one says of its
    /// pictures; until then they are locked. Days that are empty then are dropped.
    func expire(before time: Date, limit: Int) async throws -> [ObjectKey] {
        let keys = try await tables.write { connection in
            let old = try connection.rows(
                """
                SELECT snapshot_id FROM observations WHERE taken_at < $1
                AND NOT EXISTS (SELECT 1 FROM incident_pictures JOIN incidents ON incidents.id = incident_id
                WHERE incident_pictures.snapshot_id = observations.snapshot_id AND state = 'open')
                AND NOT EXISTS (SELECT 1 FROM corrections WHERE corrections.snapshot_id = observations.snapshot_id)
                ORDER BY taken_at, snapshot_id LIMIT $2 FOR UPDATE SKIP LOCKED
                """, time, limit
            ) { try $0(0, as: SnapshotID.self) }
            guard !old.isEmpty else { return [ObjectKey]() }
            return try connection.rows(
                """
                DELETE FROM observations WHERE snapshot_id = ANY ($1)
                AND NOT EXISTS (SELECT 1 FROM incident_pictures JOIN incidents ON incidents.id = incident_id
                WHERE incident_pictures.snapshot_id = observations.snapshot_id AND state = 'open')
                AND NOT EXISTS (SELECT 1 FROM corrections WHERE corrections.snapshot_id = observations.snapshot_id)
                RETURNING object_key
                """, old
            ) { try $0(0, as: ObjectKey.self) }
        }
        if keys.count < limit { try await dropEmptyPartitions(before: time) }
        return keys
    }

    /// Needs the whole table for a moment: if it is in use for longer than the lock time-out, the next round does it.
    private func dropEmptyPartitions(before time: Date) async throws {
        do {
            try await tables.database.write { try $0.run("SELECT maskwatch_drop_empty_partitions($1)", time) }
        } catch let error as PostgreSQLError where error.code == .locked {
        } catch let error as PostgreSQLError { throw PersistenceError(error) }
    }

    func expireHistory(_ limits: HistoryLimits) async throws {
        try await tables.preparePartitions()
        try await tables.write { connection in
            for (interval, time) in limits.statistics.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                connection.send("DELETE FROM statistics WHERE interval = $1 AND start < $2", interval.rawValue, time)
            }
            connection.send("DELETE FROM corrections WHERE corrected_at < $1", limits.incidents)
            connection.send("DELETE FROM incidents WHERE state = 'closed' AND closed_at < $1", limits.incidents)
            connection.send("DELETE FROM outbox WHERE state <> 'pending' AND created_at < $1", limits.notifications)
        }
    }
}
