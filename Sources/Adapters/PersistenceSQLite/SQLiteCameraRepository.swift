import Domain
import Foundation
import Persistence
import SQLite

struct SQLiteCameraRepository: CameraRepository {
    let tables: Tables

    func cameras() async throws -> [Camera] {
        let sealer = tables.sealer
        return try await tables.read { try $0.cameras(sealer: sealer) }
    }

    func camera(_ id: CameraID) async throws -> Camera? {
        let sealer = tables.sealer
        return try await tables.read { try $0.camera(id, sealer: sealer) }
    }

    func save(_ camera: Camera) async throws {
        let sealed = try camera.source.password.map { try tables.sealer.seal($0) }
        let zones = String(decoding: try JSON.encode(camera.zones), as: UTF8.self)
        try await tables.write { connection in
            try requireFreeName(camera, connection)
            try connection.run(
                """
                INSERT INTO cameras (id, name, address, username, password, transport, every, shots, spacing, mode,
                is_enabled, created_at, updated_at, site_id, zones)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
                ON CONFLICT (id) DO UPDATE SET name = ?2, address = ?3, username = ?4, password = ?5, transport = ?6,
                every = ?7, shots = ?8, spacing = ?9, mode = ?10, is_enabled = ?11, updated_at = ?13,
                site_id = ?14, zones = ?15
                """, camera.id, camera.name, camera.source.address, camera.source.username, sealed,
                camera.source.transport.rawValue, camera.sampling.every, camera.sampling.shots,
                camera.sampling.spacing, camera.sampling.mode.rawValue, camera.isEnabled, camera.createdAt,
                camera.updatedAt, camera.siteID, zones)
        }
    }

    func remove(_ id: CameraID) async throws -> Bool {
        try await tables.write { try $0.run("DELETE FROM cameras WHERE id = ?1", id) > 0 }
    }

    /// What the holders reported; a camera that is switched off or that nobody holds any more says so.
    func statuses() async throws -> [CameraID: CameraStatus] {
        let now = tables.now()
        return try await tables.read { try $0.statuses(at: now) }
    }
}

extension Connection {
    func statuses(at now: Date) throws -> [CameraID: CameraStatus] {
        let time = try leaseTime()
        let reported = try rows(
            """
            SELECT cameras.id, status, is_enabled, updated_at, worker_id IS NOT NULL, expires_at FROM cameras
            LEFT JOIN camera_statuses ON camera_statuses.camera_id = cameras.id
            LEFT JOIN camera_leases ON camera_leases.camera_id = cameras.id
            """
        ) { try ReportedStatus(row: $0, time) }
        return reported.reduce(into: [:]) { $0[$1.cameraID] = $1.status(at: now) }
    }
}

private func requireFreeName(_ camera: Camera, _ connection: Connection) throws {
    let holder = try connection.value(
        "SELECT id FROM cameras WHERE name = ?1 AND id <> ?2", camera.name, camera.id, as: CameraID.self)
    guard holder == nil else {
        throw PersistenceError(.nameTaken, "another camera has the name '\(camera.name)'")
    }
}

extension Connection {
    func cameras(sealer: any SecretSealer) throws -> [Camera] {
        try rows(
            """
            SELECT id, name, address, username, password, transport, every, shots, spacing, mode, is_enabled,
            created_at, updated_at, site_id, zones FROM cameras ORDER BY name
            """
        ) { try Camera(row: $0, sealer: sealer) }
    }

    func camera(_ id: CameraID, sealer: any SecretSealer) throws -> Camera? {
        try first(
            """
            SELECT id, name, address, username, password, transport, every, shots, spacing, mode, is_enabled,
            created_at, updated_at, site_id, zones FROM cameras WHERE id = ?1
            """, id
        ) { try Camera(row: $0, sealer: sealer) }
    }
}

extension Camera {
    /// Reads id, name, address, username, password, transport, every, shots, spacing, mode, is_enabled, created_at,
    /// updated_at, site_id, zones.
    init(row: Row, sealer: any SecretSealer) throws {
        let sealed = try row(4, as: Data?.self)
        let zones: String = try row(14)
        self.init(
            id: try row(0), name: try row(1),
            source: CameraSource(
                address: try row(2), username: try row(3), password: try sealed.map { try sealer.secret(in: $0) },
                transport: try row.word(5)),
            sampling: Sampling(every: try row(6), shots: try row(7), spacing: try row(8), mode: try row.word(9)),
            isEnabled: try row(10), siteID: try row(13),
            zones: zones == "[]" ? [] : try JSON.decode([Zone].self, from: Data(zones.utf8)), createdAt: try row(11),
            updatedAt: try row(12))
    }
}

extension ReportedStatus {
    /// Reads id, status, is_enabled, updated_at, whether it is held, expires_at.
    fileprivate init(row: Row, _ time: LeaseTime?) throws {
        let report = try row(1, as: String?.self).map { try JSON.decode(CameraStatus.self, from: Data($0.utf8)) }
        self.init(
            cameraID: try row(0), report: report, isEnabled: try row(2), updatedAt: try row(3), isHeld: try row(4),
            leaseEnd: try row(5, as: Date?.self).flatMap { time?.reading(at: $0) })
    }
}
