import Domain
import Foundation
import Persistence
import PostgreSQL

struct PostgreSQLCameraRepository: CameraRepository {
    let tables: Tables

    func cameras() async throws -> [Camera] {
        let sealer = tables.sealer
        return try await tables.read { try $0.askCameras().rows { try Camera(row: $0, sealer: sealer) } }
    }

    func camera(_ id: CameraID) async throws -> Camera? {
        let sealer = tables.sealer
        return try await tables.read { try $0.askCamera(id).first { try Camera(row: $0, sealer: sealer) } }
    }

    func save(_ camera: Camera) async throws {
        let sealed = try camera.source.password.map { try tables.sealer.seal($0) }
        let zones = try jsonText(camera.zones)
        try await namingTaken("another camera has the name '\(camera.name)'") {
            try await tables.write { connection in
                try connection.run(
                    """
                    INSERT INTO cameras (id, name, address, username, password, transport, every, shots, spacing, mode,
                    is_enabled, created_at, updated_at, site_id, zones)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,
                    (SELECT id FROM sites WHERE id = $14), $15::json)
                    ON CONFLICT (id) DO UPDATE SET name = $2, address = $3, username = $4, password = $5,
                    transport = $6, every = $7, shots = $8, spacing = $9, mode = $10, is_enabled = $11,
                    updated_at = $13, site_id = excluded.site_id, zones = excluded.zones
                    """, camera.id, camera.name, camera.source.address, camera.source.username, sealed,
                    camera.source.transport.rawValue, camera.sampling.every, camera.sampling.shots,
                    camera.sampling.spacing, camera.sampling.mode.rawValue, camera.isEnabled, camera.createdAt,
                    camera.updatedAt, camera.siteID, zones)
            }
        }
    }

    func remove(_ id: CameraID) async throws -> Bool {
        try await tables.write { try $0.run("DELETE FROM cameras WHERE id = $1", id) > 0 }
    }

    func statuses() async throws -> [CameraID: CameraStatus] {
        let clock = tables.clock?()
        return try await tables.read { try $0.askStatuses(at: clock).statuses() }
    }
}

/// Runs `body` and says that a name is taken where a unique name stands in the way: of two that save the same name at the
/// same time, one hears of it.
func namingTaken(_ message: String, _ body: () async throws -> some Any) async throws {
    do { _ = try await body() } catch let error as PersistenceError where error.code == .nameTaken {
        throw PersistenceError(.nameTaken, message)
    }
}

extension Connection {
    func askCameras() -> Question {
        ask(
            """
            SELECT id, name, address, username, password, transport, every, shots, spacing, mode, is_enabled,
            created_at, updated_at, site_id, zones FROM cameras ORDER BY name
            """)
    }

    func askCamera(_ id: CameraID) -> Question {
        ask(
            """
            SELECT id, name, address, username, password, transport, every, shots, spacing, mode, is_enabled,
            created_at, updated_at, site_id, zones FROM cameras WHERE id = $1
            """, id)
    }

    /// - Parameter clock: nil for the server's.
    func askStatuses(at clock: Date?) -> Question {
        ask(
            """
            SELECT cameras.id, status, is_enabled, updated_at, worker_id IS NOT NULL, expires_at, lease_time, clock,
            coalesce($1, clock_timestamp()) FROM cameras
            LEFT JOIN camera_statuses ON camera_statuses.camera_id = cameras.id
            LEFT JOIN camera_leases ON camera_leases.camera_id = cameras.id LEFT JOIN lease_clock ON true
            """, clock)
    }
}

extension Question {
    /// Reads what `askStatuses` asked.
    func statuses() throws -> [CameraID: CameraStatus] {
        let reported = try rows { row in
            let time = try LeaseTime(row: row, from: 6)
            let report = ReportedStatus(
                cameraID: try row(0), report: try row.optionalJSON(1),
                isEnabled: try row(2), updatedAt: try row(3), isHeld: try row(4),
                leaseEnd: try row(5, as: Date?.self).flatMap { time?.reading(at: $0) })
            return (report, try row(8, as: Date.self))
        }
        return reported.reduce(into: [:]) { $0[$1.0.cameraID] = $1.0.status(at: $1.1) }
    }
}

extension LeaseTime {
    /// Reads lease_time and clock; nil before the first renewal.
    init?(row: Row, from index: Int) throws {
        guard let now = try row(index, as: Date?.self), let clock = try row(index + 1, as: Date?.self) else {
            return nil
        }
        self.init(now: now, clock: clock)
    }
}

extension Camera {
    /// Reads id, name, address, username, password, transport, every, shots, spacing, mode, is_enabled, created_at,
    /// updated_at, site_id, zones.
    init(row: Row, sealer: any SecretSealer) throws {
        let sealed = try row(4, as: Data?.self)
        self.init(
            id: try row(0), name: try row(1),
            source: CameraSource(
                address: try row(2), username: try row(3), password: try sealed.map { try sealer.secret(in: $0) },
                transport: try row.word(5)),
            sampling: Sampling(every: try row(6), shots: try row(7), spacing: try row(8), mode: try row.word(9)),
            isEnabled: try row(10), siteID: try row(13), zones: try row.list(14), createdAt: try row(11),
            updatedAt: try row(12))
    }
}
