/// Rules with scope, condition, schedule and limits; zones and sites; bursts; statistics by zone; what people say of
/// incidents and pictures.
enum SchemaTwo {
    static let statements: [StaticString] =
        rules + progress + cameras + observations + incidents + statistics + messages

    /// A rule is kept as its JSON. The rules of schema 1 count faces in pictures in a row.
    private static let rules: [StaticString] = [
        "ALTER TABLE rules ADD COLUMN definition TEXT NOT NULL DEFAULT '{}'",
        """
        UPDATE rules SET definition = json_object('id', id, 'name', name,
            'is_enabled', json(CASE is_enabled WHEN 0 THEN 'false' ELSE 'true' END), 'cameras', json(cameras),
            'condition', json_object('kind', 'faces', 'minimum_faces', minimum_faces,
                'release_faces', minimum_faces - 1,
                'counts_incorrect', json(CASE counts_incorrect WHEN 0 THEN 'false' ELSE 'true' END)),
            'confirmation', json_object('pictures', confirmation, 'of', confirmation),
            'release', json_object('pictures', release, 'of', release), 'severity', severity,
            'updated_at', strftime('%Y-%m-%dT%H:%M:%SZ', updated_at / 1000, 'unixepoch'))
        """,
        "ALTER TABLE rules DROP COLUMN cameras", "ALTER TABLE rules DROP COLUMN minimum_faces",
        "ALTER TABLE rules DROP COLUMN counts_incorrect", "ALTER TABLE rules DROP COLUMN confirmation",
        "ALTER TABLE rules DROP COLUMN release", "ALTER TABLE rules DROP COLUMN severity",
    ]

    /// `target`: the identity of a camera or a zone, or `system`. `format`: of `pictures`, see `PictureSeries`. `memory`:
    /// JSON of the rest, NULL if there is none. `budget`: JSON.
    private static let progress: [StaticString] = [
        "ALTER TABLE rule_progress RENAME COLUMN camera_id TO target",
        "ALTER TABLE rule_progress ADD COLUMN format INTEGER NOT NULL DEFAULT 1",
        "ALTER TABLE rule_progress ADD COLUMN memory TEXT",
        """
        CREATE TABLE message_budgets (
            rule_id TEXT PRIMARY KEY REFERENCES rules (id) ON DELETE CASCADE,
            budget TEXT NOT NULL,
            is_holding INTEGER NOT NULL) WITHOUT ROWID
        """,
    ]

    /// `zones` is JSON: they are only ever read with their camera.
    private static let cameras: [StaticString] = [
        "CREATE TABLE sites (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, time_zone TEXT NOT NULL) WITHOUT ROWID",
        "ALTER TABLE cameras ADD COLUMN site_id TEXT REFERENCES sites (id) ON DELETE SET NULL",
        "ALTER TABLE cameras ADD COLUMN zones TEXT NOT NULL DEFAULT '[]'",
        "ALTER TABLE cameras ADD COLUMN expected_until INTEGER",
    ]

    private static let observations: [StaticString] = [
        "ALTER TABLE observations ADD COLUMN burst_id TEXT",
        "ALTER TABLE observations ADD COLUMN shot INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE observations ADD COLUMN shots INTEGER NOT NULL DEFAULT 1",
        "CREATE INDEX observations_by_burst ON observations (burst_id) WHERE burst_id IS NOT NULL",
        """
        CREATE TABLE corrections (
            snapshot_id TEXT PRIMARY KEY,
            faces TEXT NOT NULL,
            corrected_by TEXT NOT NULL,
            corrected_at INTEGER NOT NULL) WITHOUT ROWID
        """,
    ]

    /// No rule can have two open incidents on one target.
    private static let incidents: [StaticString] = [
        """
        CREATE TABLE new_incidents (
            id TEXT PRIMARY KEY,
            rule_id TEXT NOT NULL,
            rule_name TEXT NOT NULL,
            target TEXT NOT NULL,
            camera_id TEXT,
            zone_id TEXT,
            severity TEXT NOT NULL,
            state TEXT NOT NULL,
            opened_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            closed_at INTEGER,
            peak_faces INTEGER NOT NULL,
            pictures INTEGER NOT NULL,
            evidence TEXT,
            acknowledged_at INTEGER,
            acknowledged_by TEXT,
            false_alarm_at INTEGER,
            false_alarm_by TEXT) WITHOUT ROWID
        """,
        """
        INSERT INTO new_incidents (id, rule_id, rule_name, target, camera_id, severity, state, opened_at, updated_at,
            closed_at, peak_faces, pictures, evidence, acknowledged_at, acknowledged_by)
        SELECT id, rule_id, rule_name, camera_id, camera_id, severity, state, opened_at, updated_at, closed_at,
            peak_faces, pictures, evidence, acknowledged_at, acknowledged_by FROM incidents
        """,
        "DROP TABLE incidents",
        "ALTER TABLE new_incidents RENAME TO incidents",
        "CREATE UNIQUE INDEX incidents_open ON incidents (rule_id, target) WHERE state = 'open'",
        "CREATE INDEX incidents_by_time ON incidents (opened_at)",
        "CREATE INDEX incidents_by_state ON incidents (state, opened_at)",
        "CREATE INDEX incidents_by_camera ON incidents (camera_id, opened_at)",
        """
        CREATE TABLE incident_pictures (
            incident_id TEXT NOT NULL REFERENCES incidents (id) ON DELETE CASCADE,
            snapshot_id TEXT NOT NULL,
            PRIMARY KEY (incident_id, snapshot_id)) WITHOUT ROWID
        """,
        "CREATE INDEX incident_pictures_by_snapshot ON incident_pictures (snapshot_id)",
        """
        INSERT INTO incident_pictures (incident_id, snapshot_id)
        SELECT id, evidence FROM incidents WHERE evidence IS NOT NULL
        """,
        """
        CREATE TABLE incident_comments (
            number INTEGER PRIMARY KEY,
            incident_id TEXT NOT NULL REFERENCES incidents (id) ON DELETE CASCADE,
            author TEXT NOT NULL,
            written_at INTEGER NOT NULL,
            text TEXT NOT NULL)
        """,
        "CREATE INDEX incident_comments_by_incident ON incident_comments (incident_id, number)",
    ]

    /// `zone_id` is empty for whole pictures: a primary key cannot hold NULL.
    private static let statistics: [StaticString] = [
        """
        CREATE TABLE new_statistics (
            camera_id TEXT NOT NULL,
            zone_id TEXT NOT NULL,
            interval TEXT NOT NULL,
            start INTEGER NOT NULL,
            pictures INTEGER NOT NULL,
            expected INTEGER NOT NULL,
            incidents INTEGER NOT NULL,
            worn_correctly INTEGER NOT NULL,
            worn_incorrectly INTEGER NOT NULL,
            without INTEGER NOT NULL,
            unknown INTEGER NOT NULL,
            PRIMARY KEY (interval, zone_id, start, camera_id)) WITHOUT ROWID
        """,
        """
        INSERT INTO new_statistics SELECT camera_id, '', interval, start, pictures, 0, 0, worn_correctly,
            worn_incorrectly, without, unknown FROM statistics
        """,
        "DROP TABLE statistics",
        "ALTER TABLE new_statistics RENAME TO statistics",
        "CREATE INDEX statistics_by_camera ON statistics (camera_id, interval, zone_id, start)",
    ]

    private static let messages: [StaticString] = ["ALTER TABLE outbox ADD COLUMN held TEXT"]
}
