import Domain
import Foundation
import Persistence
import PostgreSQL

struct PostgreSQLCorrectionRepository: CorrectionRepository {
    let tables: Tables

    func save(_ correction: Correction) async throws {
        let faces = try jsonText(correction.faces)
        try await tables.write { connection in
            try connection.run(
                """
                INSERT INTO corrections (snapshot_id, faces, corrected_by, corrected_at)
                SELECT snapshot_id, $2::json, $3, $4 FROM observations WHERE snapshot_id = $1 FOR KEY SHARE
                ON CONFLICT (snapshot_id) DO UPDATE SET faces = excluded.faces, corrected_by = $3, corrected_at = $4
                """, correction.snapshotID, faces, correction.correctedBy, correction.correctedAt)
        }
    }

    func correction(of id: SnapshotID) async throws -> Correction? {
        try await tables.read { connection in
            try connection.first(
                "SELECT snapshot_id, faces, corrected_by, corrected_at FROM corrections WHERE snapshot_id = $1", id
            ) { try Correction(row: $0, from: 0) }
        }
    }

    func remove(_ id: SnapshotID) async throws -> Bool {
        try await tables.write { try $0.run("DELETE FROM corrections WHERE snapshot_id = $1", id) > 0 }
    }

    func corrected(after id: SnapshotID?, limit: Int) async throws -> [CorrectedObservation] {
        try await tables.read { connection in
            try connection.rows(
                """
                SELECT observations.snapshot_id, camera_id, taken_at, object_key, width, height, observations.faces,
                models, burst_id, shot, shots, corrections.snapshot_id, corrections.faces, corrected_by, corrected_at
                FROM corrections JOIN observations ON observations.snapshot_id = corrections.snapshot_id
                WHERE $1 IS NULL OR corrections.snapshot_id > $1 ORDER BY corrections.snapshot_id LIMIT $2
                """, id, limit
            ) {
                CorrectedObservation(
                    observation: try Observation(row: $0), correction: try Correction(row: $0, from: 11))
            }
        }
    }
}

extension Correction {
    /// Reads snapshot_id, faces, corrected_by, corrected_at, beginning with the column `first`.
    fileprivate init(row: Row, from first: Int) throws {
        self.init(
            snapshotID: try row(first), faces: try row.list(first + 1),
            correctedBy: try row(first + 2), correctedAt: try row(first + 3))
    }
}
