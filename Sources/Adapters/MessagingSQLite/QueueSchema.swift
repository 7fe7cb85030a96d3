import SQLite

/// The tables behind all queues of one file.
enum QueueSchema {
    /// Kept in `PRAGMA user_version`.
    static let version = 2

    static func prepare(_ connection: Connection) throws {
        let found = try connection.value("PRAGMA user_version", as: Int.self) ?? 0
        guard found <= version else { throw NewerQueueFileError(found: found) }
        if found < 1 {
            try connection.run(messages)
            try connection.run(messagesInOrder)
            try connection.run(deadLetters)
            try connection.run(deadLettersInOrder)
            try connection.run(queues)
        }
        if found < 2 {
            try connection.run(settled)
            try connection.run(settledInOrder)
        }
        if found < version { try connection.run("PRAGMA user_version = 2") }
    }

    /// `number` grows with every message: the order of delivery. A message that was `interrupted` was in flight when
    /// the process died.
    private static let messages: StaticString = """
        CREATE TABLE messages (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            queue TEXT NOT NULL,
            id TEXT NOT NULL,
            body BLOB NOT NULL,
            published_at INTEGER NOT NULL,
            visible_at INTEGER NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0,
            is_in_flight INTEGER NOT NULL DEFAULT 0,
            interrupted INTEGER NOT NULL DEFAULT 0,
            UNIQUE (queue, id))
        """
    private static let messagesInOrder: StaticString =
        "CREATE INDEX messages_in_order ON messages (queue, is_in_flight, number, visible_at)"

    private static let deadLetters: StaticString = """
        CREATE TABLE dead_letters (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            queue TEXT NOT NULL,
            id TEXT NOT NULL,
            body BLOB NOT NULL,
            attempts INTEGER NOT NULL,
            code TEXT NOT NULL,
            message TEXT NOT NULL,
            died_at INTEGER NOT NULL,
            UNIQUE (queue, id))
        """
    private static let deadLettersInOrder: StaticString =
        "CREATE INDEX dead_letters_in_order ON dead_letters (queue, number)"

    /// The messages that were acknowledged lately, so that one published again by a publisher that died between handing it
    /// on and remembering that is neither worked on nor counted twice.
    private static let settled: StaticString = """
        CREATE TABLE settled (
            queue TEXT NOT NULL,
            id TEXT NOT NULL,
            settled_at INTEGER NOT NULL,
            PRIMARY KEY (queue, id)) WITHOUT ROWID
        """
    private static let settledInOrder: StaticString = "CREATE INDEX settled_in_order ON settled (queue, settled_at)"

    /// Kept in step with the tables in the same transactions, so that no question needs to count rows.
    private static let queues: StaticString = """
        CREATE TABLE queues (
            name TEXT PRIMARY KEY,
            ready INTEGER NOT NULL DEFAULT 0,
            in_flight INTEGER NOT NULL DEFAULT 0,
            bytes INTEGER NOT NULL DEFAULT 0,
            dead INTEGER NOT NULL DEFAULT 0,
            published INTEGER NOT NULL DEFAULT 0,
            acknowledged INTEGER NOT NULL DEFAULT 0,
            failed INTEGER NOT NULL DEFAULT 0,
            expired INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID
        """
}

/// The file was written by a newer version of the program.
struct NewerQueueFileError: Error {
    let found: Int
}
