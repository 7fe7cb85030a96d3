import Domain
import Foundation
import Persistence
import SQLite

/// A camera changes hands in two steps: the holder is no longer told of it, and its next call, which says that it has
/// heard so, frees it. So two grabbers never have a session to it at the same time.
struct SQLiteCameraLeases: CameraLeases {
    let tables: Tables

    func renew(worker: WorkerID, capacity: Int, life: Double) async throws -> [CameraLease] {
        let (clock, sealer) = (tables.now(), tables.sealer)
        return try await tables.write { connection in
            let now = try connection.advanceLeaseTime(to: clock, life: life)
            let round = LeaseRound(connection: connection, worker: worker, now: now, end: now + life)
            try round.run(capacity: max(0, capacity))
            return try round.leases(sealer: sealer)
        }
    }

    func report(_ reports: [CameraReport]) async throws {
        let rows = try reports.map {
            ($0.cameraID, $0.token, String(decoding: try JSON.encode($0.status), as: UTF8.self))
        }
        guard !rows.isEmpty else { return }
        try await tables.write { connection in
            for (camera, token, status) in rows {
                try connection.run(
                    """
                    INSERT INTO camera_statuses (camera_id, status)
                    SELECT camera_id, ?3 FROM camera_leases WHERE camera_id = ?1 AND token = ?2
                    ON CONFLICT (camera_id) DO UPDATE SET status = ?3
                    """, camera, token, status)
            }
        }
    }

    func release(worker: WorkerID) async throws {
        try await tables.write { connection in
            try connection.run(
                "UPDATE camera_leases SET worker_id = NULL, is_leaving = 0 WHERE worker_id = ?1", worker)
            try connection.run("DELETE FROM grabbers WHERE id = ?1", worker)
        }
    }
}

extension Connection {
    fileprivate func advanceLeaseTime(to clock: Date, life: Double) throws -> Date {
        var time = try leaseTime() ?? LeaseTime(now: clock, clock: clock)
        time.advance(to: clock, life: life)
        try run(
            """
            INSERT INTO lease_clock (number, lease_time, clock) VALUES (1, ?1, ?2)
            ON CONFLICT (number) DO UPDATE SET lease_time = ?1, clock = ?2
            """, time.now, time.clock)
        return time.now
    }

    /// Nil before the first renewal.
    func leaseTime() throws -> LeaseTime? {
        try first("SELECT lease_time, clock FROM lease_clock") { LeaseTime(now: try $0(0), clock: try $0(1)) }
    }
}

/// One renewal of one grabber, inside its transaction.
private struct LeaseRound {
    let connection: Connection
    let worker: WorkerID
    let now: Date
    let end: Date

    func run(capacity: Int) throws {
        try announce(capacity)
        try freeWhatEnded()
        try leaveDisabled()
        let (share, held) = try shareAndHeld()
        if held > share { try leave(held - share) }
        if held < share { try take(share - held) }
        try connection.run("UPDATE camera_leases SET expires_at = ?2 WHERE worker_id = ?1", worker, end)
    }

    private func announce(_ capacity: Int) throws {
        try connection.run("DELETE FROM grabbers WHERE expires_at <= ?1", now)
        try connection.run(
            """
            INSERT INTO grabbers (id, capacity, expires_at) VALUES (?1, ?2, ?3)
            ON CONFLICT (id) DO UPDATE SET capacity = ?2, expires_at = ?3
            """, worker, capacity, end)
    }

    private func freeWhatEnded() throws {
        try connection.run(
            "UPDATE camera_leases SET worker_id = NULL, is_leaving = 0 WHERE worker_id = ?1 AND is_leaving = 1", worker)
        try connection.run(
            "UPDATE camera_leases SET worker_id = NULL, is_leaving = 0 WHERE expires_at <= ?1 AND worker_id <> ?2", now,
            worker)
    }

    private func leaveDisabled() throws {
        try connection.run(
            """
            UPDATE camera_leases SET is_leaving = 1 WHERE worker_id = ?1
            AND camera_id IN (SELECT id FROM cameras WHERE is_enabled = 0)
            """, worker)
    }

    private func shareAndHeld() throws -> (share: Int, held: Int) {
        let cameras = try connection.value("SELECT count(*) FROM cameras WHERE is_enabled = 1", as: Int.self) ?? 0
        let grabbers = try connection.rows(
            """
            SELECT id, capacity, (SELECT count(*) FROM camera_leases WHERE worker_id = grabbers.id AND is_leaving = 0)
            FROM grabbers
            """
        ) { LeaseShare.Grabber(id: try $0(0), capacity: try $0(1), held: try $0(2)) }
        let shares = LeaseShare.shares(cameras: cameras, grabbers: grabbers)
        return (shares[worker] ?? 0, grabbers.first { $0.id == worker }?.held ?? 0)
    }

    private func leave(_ count: Int) throws {
        try connection.run(
            """
            UPDATE camera_leases SET is_leaving = 1 WHERE camera_id IN
            (SELECT camera_id FROM camera_leases WHERE worker_id = ?1 AND is_leaving = 0 ORDER BY camera_id DESC LIMIT ?2)
            """, worker, count)
    }

    private func take(_ count: Int) throws {
        try connection.run(
            """
            INSERT INTO camera_leases (camera_id, worker_id, token, expires_at)
            SELECT cameras.id, ?1, 1, ?3 FROM cameras
            LEFT JOIN camera_leases ON camera_leases.camera_id = cameras.id
            WHERE is_enabled = 1 AND worker_id IS NULL ORDER BY cameras.id LIMIT ?2
            ON CONFLICT (camera_id) DO UPDATE SET worker_id = ?1, token = token + 1, is_leaving = 0
            """, worker, count, end)
    }

    func leases(sealer: any SecretSealer) throws -> [CameraLease] {
        try connection.rows(
            """
            SELECT id, name, address, username, password, transport, every, shots, spacing, mode, is_enabled,
            created_at, updated_at, site_id, zones, token, status FROM camera_leases JOIN cameras ON cameras.id = camera_leases.camera_id
            LEFT JOIN camera_statuses ON camera_statuses.camera_id = cameras.id
            WHERE worker_id = ?1 AND is_leaving = 0 ORDER BY name
            """, worker
        ) { row in
            let status = try row(16, as: String?.self).map { try JSON.decode(CameraStatus.self, from: Data($0.utf8)) }
            return CameraLease(camera: try Camera(row: row, sealer: sealer), token: try row(15), status: status)
        }
    }
}
