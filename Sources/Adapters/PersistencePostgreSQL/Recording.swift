import Domain
import Foundation
import Persistence
import PostgreSQL

/// The transaction of a picture: two round trips, one that takes the locks, inserts and reads, one that writes and commits.
extension PostgreSQLObservationRepository {
    func record(
        _ observation: Observation, plan: @escaping @Sendable (RecordContext) -> AnalysisPlan
    ) async throws -> RecordResult {
        let row = try ObservationRow(observation)
        let (now, tables) = (tables.now, tables)
        await tables.preparePartition(for: observation.snapshotID)
        return try await translatingErrors {
            try await againIfGone {
                try await tables.database.write { connection in
                    connection.lockForRecording(observation.cameraID)
                    let context = RecordQuestions(connection, observation)
                    guard try connection.ask(row).count > 0 else { return RecordResult(isNew: false, incidents: []) }
                    connection.countObserved(observation.cameraID)
                    let plan = plan(try context.read(sealer: tables.sealer, rules: tables.rules))
                    return RecordResult(
                        isNew: true, incidents: try connection.apply(plan, at: now, rules: tables.rules))
                }
            }
        }
    }

    /// A rule or channel that is removed while a plan is written leaves what refers to it without ground: the next plan
    /// knows nothing of it any more.
    private func againIfGone<Value>(_ body: () async throws -> Value) async throws -> Value {
        for _ in 0..<2 {
            do { return try await body() } catch let error as PostgreSQLError where error.sqlState == "23503" {}
        }
        return try await body()
    }
}

extension Connection {
    /// The pictures of one camera are recorded one after the other, and none while incidents are reviewed: what a rule
    /// remembers of a target changes in one transaction at a time.
    fileprivate func lockForRecording(_ camera: CameraID) {
        send(
            "SELECT pg_advisory_xact_lock_shared($1), pg_advisory_xact_lock($2)", AdvisoryLock.review,
            AdvisoryLock.camera(camera.uuid))
    }

    /// No row if the snapshot is there already.
    fileprivate func ask(_ row: ObservationRow) -> Question {
        let seen = row.observation
        return ask(
            """
            INSERT INTO observations (snapshot_id, camera_id, taken_at, object_key, width, height, worn_correctly,
            worn_incorrectly, without, unknown, faces, models, burst_id, shot, shots)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::json, $12::json, $13, $14, $15)
            ON CONFLICT (snapshot_id) DO NOTHING
            """, seen.snapshotID, seen.cameraID, seen.takenAt, seen.objectKey, seen.width, seen.height,
            seen.count(of: .wornCorrectly), seen.count(of: .wornIncorrectly), seen.count(of: .without),
            seen.count(of: .unknown), row.faces, row.models, seen.burst?.id, seen.burst?.shot ?? 0,
            seen.burst?.shots ?? 1)
    }

    fileprivate func countObserved(_ camera: CameraID) {
        send(
            """
            INSERT INTO observed AS old (camera_id, pictures) VALUES ($1, 1)
            ON CONFLICT (camera_id) DO UPDATE SET pictures = old.pictures + 1
            """, camera)
    }
}

/// What the plan for a picture is made from.
private struct RecordQuestions {
    private let burst: Question?
    private let camera: Question
    private let site: Question
    private let rules: Question
    private let memory: RuleMemory

    init(_ connection: Connection, _ observation: Observation) {
        burst = observation.burst.map { burst in
            connection.ask(
                """
                SELECT snapshot_id, camera_id, taken_at, object_key, width, height, faces, models, burst_id, shot, shots
                FROM observations WHERE burst_id = $1 ORDER BY shot
                """, burst.id)
        }
        camera = connection.askCamera(observation.cameraID)
        site = connection.ask(
            """
            SELECT sites.id, sites.name, time_zone FROM cameras JOIN sites ON sites.id = site_id WHERE cameras.id = $1
            """, observation.cameraID)
        rules = connection.ask("SELECT definition FROM rules WHERE is_enabled ORDER BY name, id")
        memory = RuleMemory(connection, camera: observation.cameraID)
    }

    func read(sealer: any SecretSealer, rules cache: RuleCache) throws -> RecordContext {
        let camera = try camera.first { try Camera(row: $0, sealer: sealer) }
        let rules = try rules.rows { try cache.rule($0(0)) }.filter(\.condition.isOfPictures)
        let targets = camera.map { camera in rules.flatMap { rule in rule.targets(of: camera).map { (rule, $0) } } }
        return RecordContext(
            camera: camera, site: try site.first { try Site(row: $0) },
            burst: try burst?.rows { try Observation(row: $0) } ?? [], watched: try memory.watched(targets ?? []))
    }
}

/// An observation with the columns that are JSON, made before the transaction begins.
struct ObservationRow: Sendable {
    let observation: Observation
    let faces: String
    let models: String

    init(_ observation: Observation) throws {
        self.observation = observation
        faces = observation.faces.isEmpty ? "[]" : try jsonText(observation.faces)
        models = try jsonText(observation.models)
    }
}
