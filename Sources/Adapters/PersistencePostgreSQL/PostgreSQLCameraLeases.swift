import Domain
import Foundation
import Persistence
import PostgreSQL

/// A camera changes hands in two steps: the holder is no longer told of it, and its next call, which says that it has
/// heard so, frees it. So two grabbers never have a session to it at the same time.
///
/// Renewals happen one after the other, under the lock of `lease_clock`, and by the server's clock: the one clock that all
/// grabbers share, however wrong their own are.
struct PostgreSQLCameraLeases: CameraLeases {
    let tables: Tables

    func renew(worker: WorkerID, capacity: Int, life: Double) async throws -> [CameraLease] {
        let (clock, sealer) = (tables.clock?(), tables.sealer)
        return try await tables.write { connection in
            let now = try connection.advanceLeaseTime(clock: clock, life: life)
            let round = LeaseRound(connection: connection, worker: worker, now: now, end: now + life)
            try round.run(capacity: max(0, capacity))
            return try round.leases(sealer: sealer)
        }
    }

    func report(_ reports: [CameraReport]) async throws {
        let rows = try reports.sorted { $0.cameraID < $1.cameraID }.map {
            ($0.cameraID, $0.token, try jsonText($0.status))
        }
        guard !rows.isEmpty else { return }
        try await tables.write { connection in
            for (camera, token, status) in rows {
                connection.send(
                    """
                    INSERT INTO camera_statuses (camera_id, status)
                    SELECT camera_id, $3::json FROM camera_leases WHERE camera_id = $1 AND token = $2
                    ON CONFLICT (camera_id) DO UPDATE SET status = excluded.status
                    """, camera, token, status)
            }
        }
    }

    func release(worker: WorkerID) async throws {
        try await tables.write { connection in
            try connection.run("SELECT 1 FROM lease_clock FOR UPDATE")
            connection.send(
                "UPDATE camera_leases SET worker_id = NULL, is_leaving = false WHERE worker_id = $1", worker)
            connection.send("DELETE FROM grabbers WHERE id = $1", worker)
        }
    }
}

extension Connection {
    /// Waits for its turn and says what the lease time is now.
    fileprivate func advanceLeaseTime(clock: Date?, life: Double) throws -> Date {
        send(
            """
            INSERT INTO lease_clock (lease_time, clock)
            VALUES (coalesce($1, clock_timestamp()), coalesce($1, clock_timestamp())) ON CONFLICT DO NOTHING
            """, clock)
        let read = try first(
            """
            SELECT lease_time, clock, coalesce($1, clock_timestamp()) FROM lease_clock FOR UPDATE
            """, clock
        ) { (try LeaseTime(row: $0, from: 0), try $0(2, as: Date.self)) }
        guard case (var time?, let reading)? = read else { throw PersistenceError.unreadable }
        time.advance(to: reading, life: life)
        send("UPDATE lease_clock SET lease_time = $1, clock = $2", time.now, time.clock)
        return time.now
    }
}

/// One renewal of one grabber, inside its transaction.
private struct LeaseRound {
    let connection: Connection
    let worker: WorkerID
    let now: Date
    let end: Date

    func run(capacity: Int) throws {
        announce(capacity)
        freeWhatEnded()
        leaveDisabled()
        let (share, held) = try shareAndHeld()
        if held > share { leave(held - share) }
        if held < share { take(share - held) }
        connection.send("UPDATE camera_leases SET expires_at = $2 WHERE worker_id = $1", worker, end)
    }

    private func announce(_ capacity: Int) {
        connection.send("DELETE FROM grabbers WHERE expires_at <= $1", now)
        connection.send(
            """
            INSERT INTO grabbers (id, capacity, expires_at) VALUES ($1, $2, $3)
            ON CONFLICT (id) DO UPDATE SET capacity = $2, expires_at = $3
            """, worker, capacity, end)
    }

    private func freeWhatEnded() {
        connection.send(
            "UPDATE camera_leases SET worker_id = NULL, is_leaving = false WHERE worker_id = $1 AND is_leaving", worker)
        connection.send(
            "UPDATE camera_leases SET worker_id = NULL, is_leaving = false WHERE expires_at <= $1 AND worker_id <> $2",
            now, worker)
    }

    private func leaveDisabled() {
        connection.send(
            """
            UPDATE camera_leases SET is_leaving = true WHERE worker_id = $1
            AND camera_id IN (SELECT id FROM cameras WHERE NOT is_enabled)
            """, worker)
    }

    private func shareAndHeld() throws -> (share: Int, held: Int) {
        let cameras = connection.ask("SELECT count(*) FROM cameras WHERE is_enabled")
        let grabbers = connection.ask(
            """
            SELECT id, capacity, (SELECT count(*) FROM camera_leases WHERE worker_id = grabbers.id AND NOT is_leaving)
            FROM grabbers
            """)
        let known = try grabbers.rows { LeaseShare.Grabber(id: try $0(0), capacity: try $0(1), held: try $0(2)) }
        let count = try cameras.first { try $0(0, as: Int.self) } ?? 0
        let shares = LeaseShare.shares(cameras: count, grabbers: known)
        return (shares[worker] ?? 0, known.first { $0.id == worker }?.held ?? 0)
    }

    private func leave(_ count: Int) {
        connection.send(
            """
            UPDATE camera_leases SET is_leaving = true WHERE camera_id IN
            (SELECT camera_id FROM camera_leases WHERE worker_id = $1 AND NOT is_leaving ORDER BY camera_id DESC LIMIT $2)
            """, worker, count)
    }

    private func take(_ count: Int) {
        connection.send(
            """
            INSERT INTO camera_leases (camera_id, worker_id, token, expires_at)
            SELECT cameras.id, $1, 1, $3 FROM cameras
            LEFT JOIN camera_leases ON camera_leases.camera_id = cameras.id
            WHERE is_enabled AND worker_id IS NULL ORDER BY cameras.id LIMIT $2
            ON CONFLICT (camera_id) DO UPDATE SET worker_id = $1, token = camera_leases.token + 1, is_leaving = false
            """, worker, count, end)
    }

    func leases(sealer: any SecretSealer) throws -> [CameraLease] {
        try connection.rows(
            """
            SELECT id, name, address, username, password, transport, every, shots, spacing, mode, is_enabled,
            created_at, updated_at, site_id, zones, token, status FROM camera_leases
            JOIN cameras ON cameras.id = camera_leases.camera_id
            LEFT JOIN camera_statuses ON camera_statuses.camera_id = cameras.id
            WHERE worker_id = $1 AND NOT is_leaving ORDER BY name
            """, worker
        ) { row in
            CameraLease(
                camera: try Camera(row: row, sealer: sealer), token: try row(15),
                status: try row.optionalJSON(16))
        }
    }
}
