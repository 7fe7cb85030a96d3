/// The first schema. Times are whole milliseconds since 1970, identities UUID text, secrets sealed bytes.
enum SchemaOne {
    static let statements: [StaticString] = cameras + rules + observations + incidents + channels + users + [totals]

    private static let cameras: [StaticString] = [
        """
        CREATE TABLE cameras (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            address TEXT NOT NULL,
            username TEXT,
            password BLOB,
            transport TEXT NOT NULL,
            every REAL NOT NULL,
            shots INTEGER NOT NULL,
            spacing REAL NOT NULL,
            mode TEXT NOT NULL,
            is_enabled INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL) WITHOUT ROWID
        """,
        """
        CREATE TABLE camera_leases (
            camera_id TEXT PRIMARY KEY REFERENCES cameras (id) ON DELETE CASCADE,
            worker_id TEXT,
            token INTEGER NOT NULL,
            is_leaving INTEGER NOT NULL DEFAULT 0,
            expires_at INTEGER NOT NULL) WITHOUT ROWID
        """,
        "CREATE INDEX camera_leases_by_worker ON camera_leases (worker_id)",
        "CREATE TABLE grabbers (id TEXT PRIMARY KEY, capacity INTEGER NOT NULL, expires_at INTEGER NOT NULL) WITHOUT ROWID",
        """
        CREATE TABLE camera_statuses (
            camera_id TEXT PRIMARY KEY REFERENCES cameras (id) ON DELETE CASCADE,
            status TEXT NOT NULL) WITHOUT ROWID
        """,
    ]

    /// `cameras` is a JSON list of identities, NULL for every camera. `pictures`: see `PictureSeries`.
    private static let rules: [StaticString] = [
        """
        CREATE TABLE rules (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            is_enabled INTEGER NOT NULL,
            cameras TEXT,
            minimum_faces INTEGER NOT NULL,
            counts_incorrect INTEGER NOT NULL,
            confirmation INTEGER NOT NULL,
            release INTEGER NOT NULL,
            severity TEXT NOT NULL,
            updated_at INTEGER NOT NULL) WITHOUT ROWID
        """,
        """
        CREATE TABLE rule_progress (
            rule_id TEXT NOT NULL REFERENCES rules (id) ON DELETE CASCADE,
            camera_id TEXT NOT NULL,
            pictures BLOB NOT NULL,
            decided_until INTEGER,
            PRIMARY KEY (rule_id, camera_id)) WITHOUT ROWID
        """,
    ]

    /// `faces` is JSON: they are only ever read with their picture; the counts answer what is asked of them.
    private static let observations: [StaticString] = [
        """
        CREATE TABLE observations (
            number INTEGER PRIMARY KEY,
            snapshot_id TEXT NOT NULL UNIQUE,
            camera_id TEXT NOT NULL,
            taken_at INTEGER NOT NULL,
            object_key TEXT NOT NULL,
            width INTEGER NOT NULL,
            height INTEGER NOT NULL,
            worn_correctly INTEGER NOT NULL,
            worn_incorrectly INTEGER NOT NULL,
            without INTEGER NOT NULL,
            unknown INTEGER NOT NULL,
            faces TEXT NOT NULL,
            models TEXT NOT NULL)
        """,
        "CREATE INDEX observations_by_camera ON observations (camera_id, taken_at)",
        "CREATE INDEX observations_by_time ON observations (taken_at)",
        """
        CREATE TABLE statistics (
            camera_id TEXT NOT NULL,
            interval TEXT NOT NULL,
            start INTEGER NOT NULL,
            pictures INTEGER NOT NULL,
            worn_correctly INTEGER NOT NULL,
            worn_incorrectly INTEGER NOT NULL,
            without INTEGER NOT NULL,
            unknown INTEGER NOT NULL,
            PRIMARY KEY (interval, start, camera_id)) WITHOUT ROWID
        """,
        "CREATE INDEX statistics_by_camera ON statistics (camera_id, interval, start)",
    ]

    /// No rule can have two open incidents on one camera.
    private static let incidents: [StaticString] = [
        """
        CREATE TABLE incidents (
            id TEXT PRIMARY KEY,
            rule_id TEXT NOT NULL,
            rule_name TEXT NOT NULL,
            camera_id TEXT NOT NULL,
            severity TEXT NOT NULL,
            state TEXT NOT NULL,
            opened_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            closed_at INTEGER,
            peak_faces INTEGER NOT NULL,
            pictures INTEGER NOT NULL,
            evidence TEXT NOT NULL,
            acknowledged_at INTEGER,
            acknowledged_by TEXT) WITHOUT ROWID
        """,
        "CREATE UNIQUE INDEX incidents_open ON incidents (rule_id, camera_id) WHERE state = 'open'",
        "CREATE INDEX incidents_by_time ON incidents (opened_at)",
        "CREATE INDEX incidents_by_state ON incidents (state, opened_at)",
        "CREATE INDEX incidents_by_camera ON incidents (camera_id, opened_at)",
    ]

    /// `settings` is JSON, `secrets` sealed JSON. `channel_turns` says which notifier serves a channel, and until when nobody
    /// should because its receiver failed.
    private static let channels: [StaticString] = [
        """
        CREATE TABLE channels (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            settings TEXT NOT NULL,
            secrets BLOB NOT NULL,
            language TEXT NOT NULL,
            title_template TEXT,
            body_template TEXT,
            is_enabled INTEGER NOT NULL,
            updated_at INTEGER NOT NULL) WITHOUT ROWID
        """,
        """
        CREATE TABLE channel_turns (
            channel_id TEXT PRIMARY KEY REFERENCES channels (id) ON DELETE CASCADE,
            worker_id TEXT NOT NULL,
            expires_at INTEGER NOT NULL,
            paused_until INTEGER NOT NULL) WITHOUT ROWID
        """,
        """
        CREATE TABLE outbox (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            channel_id TEXT NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
            event TEXT NOT NULL,
            incident_id TEXT NOT NULL,
            incident TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            state TEXT NOT NULL,
            attempts INTEGER NOT NULL,
            next_attempt_at INTEGER NOT NULL,
            last_error TEXT,
            delivered_at INTEGER)
        """,
        "CREATE INDEX outbox_pending ON outbox (next_attempt_at) WHERE state = 'pending'",
        "CREATE INDEX outbox_by_channel ON outbox (channel_id, number)",
        "CREATE INDEX outbox_by_incident ON outbox (incident_id, number)",
    ]

    private static let users: [StaticString] = [
        """
        CREATE TABLE users (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            role TEXT NOT NULL,
            password_hash TEXT NOT NULL,
            created_at INTEGER NOT NULL) WITHOUT ROWID
        """,
        """
        CREATE TABLE access_tokens (
            id TEXT PRIMARY KEY,
            kind TEXT NOT NULL,
            name TEXT NOT NULL,
            token_hash TEXT NOT NULL UNIQUE,
            user_id TEXT REFERENCES users (id) ON DELETE CASCADE,
            created_at INTEGER NOT NULL,
            expires_at INTEGER) WITHOUT ROWID
        """,
        "CREATE INDEX access_tokens_by_user ON access_tokens (user_id)",
    ]

    /// Facts about the whole database: how many pictures were ever observed, and a sealed text that tells the right key.
    private static let totals: StaticString = "CREATE TABLE facts (name TEXT PRIMARY KEY, value) WITHOUT ROWID"
}
