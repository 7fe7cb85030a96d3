import Foundation
import SQLite

/// What the files of a data folder hold, read past the program: the database, the queues and the pictures.
struct StoredTruth {
    private let folder: URL
    private let database: Connection
    private let queues: Connection

    init(in folder: URL) throws {
        self.folder = folder
        database = try Connection(path: folder.appending(path: "maskwatch.db").path, access: .readOnly)
        queues = try Connection(path: folder.appending(path: "queue.db").path, access: .readOnly)
    }

    /// Faces by state in all observations of a camera; states without faces are left out.
    func faces(camera: String) throws -> [String: Int] {
        let sql: StaticString = """
            SELECT sum(worn_correctly), sum(worn_incorrectly), sum(without), sum(unknown) FROM observations
            WHERE camera_id = ?
            """
        let sums = try database.first(sql, camera) { row in (0..<4).map { row.integer(at: Int32($0)) } } ?? []
        let states = ["mask_worn_correctly", "mask_worn_incorrectly", "without_mask", "unknown"]
        return Dictionary(uniqueKeysWithValues: zip(states, sums.map { Int($0) }).filter { $0.1 > 0 })
    }

    func incidents() throws -> Int { try database.value("SELECT count(*) FROM incidents", as: Int.self) ?? 0 }

    /// Snapshots that have an observation.
    func observed() throws -> [String] {
        try database.rows("SELECT snapshot_id FROM observations") { $0.text(at: 0) }
    }

    /// Pictures that the statistics of an interval say were counted.
    func counted(_ interval: String) throws -> Int {
        try database.value("SELECT sum(pictures) FROM statistics WHERE interval = ?", interval, as: Int.self) ?? 0
    }

    /// Snapshots that wait in a queue or are being worked on.
    func inFlight() throws -> [String] { try queues.rows("SELECT id FROM messages") { $0.text(at: 0) } }

    /// Snapshots that were given up.
    func failed() throws -> [String] { try queues.rows("SELECT id FROM dead_letters") { $0.text(at: 0) } }

    func expired() throws -> Int { try queues.value("SELECT sum(expired) FROM queues", as: Int.self) ?? 0 }

    /// Snapshots whose picture is in the object store.
    func pictures() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".jpg") }
            .map { URL(filePath: $0).deletingPathExtension().lastPathComponent }
    }
}
