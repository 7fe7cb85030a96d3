/// The first schema. Times are `timestamptz` in whole milliseconds, identities `uuid`, secrets sealed bytes.
enum SchemaOne {
    static let statements: [StaticString] =
        cameras + rules + observations + Partitions.statements + incidents + statistics + channels + users + facts

    /// `zones` is JSON: they are only ever read with their camera. `lease_clock`: see `LeaseTime`.
    private static let cameras: [StaticString] = [
        "CREATE TABLE sites (id uuid PRIMARY KEY, name text NOT NULL UNIQUE, time_zone text NOT NULL)",
        """
        CREATE TABLE cameras (
            id uuid PRIMARY KEY,
            name text NOT NULL UNIQUE,
            address text NOT NULL,
            username text,
            password bytea,
            transport text NOT NULL,
            every double precision NOT NULL,
            shots bigint NOT NULL,
            spacing double precision NOT NULL,
            mode text NOT NULL,
            is_enabled boolean NOT NULL,
            created_at timestamptz NOT NULL,
            updated_at timestamptz NOT NULL,
            site_id uuid REFERENCES sites (id) ON DELETE SET NULL,
            zones json NOT NULL,
            expected_until timestamptz)
        """,
        """
        CREATE TABLE camera_leases (
            camera_id uuid PRIMARY KEY REFERENCES cameras (id) ON DELETE CASCADE,
            worker_id uuid,
            token bigint NOT NULL,
            is_leaving boolean NOT NULL DEFAULT false,
            expires_at timestamptz NOT NULL) WITH (fillfactor = 70)
        """,
        "CREATE INDEX camera_leases_by_worker ON camera_leases (worker_id)",
        "CREATE TABLE grabbers (id uuid PRIMARY KEY, capacity bigint NOT NULL, expires_at timestamptz NOT NULL)",
        """
        CREATE TABLE lease_clock (
            is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
            lease_time timestamptz NOT NULL,
            clock timestamptz NOT NULL)
        """,
        """
        CREATE TABLE camera_statuses (
            camera_id uuid PRIMARY KEY REFERENCES cameras (id) ON DELETE CASCADE,
            status json NOT NULL) WITH (fillfactor = 70)
        """,
    ]

    /// `definition`: the rule as JSON. `target`: the identity of a camera or a zone, or `system`; `camera_id` is NULL for
    /// the system. `pictures`: see `PictureSeries`.
    private static let rules: [StaticString] = [
        """
        CREATE TABLE rules (
            id uuid PRIMARY KEY,
            name text NOT NULL,
            is_enabled boolean NOT NULL,
            definition json NOT NULL,
            updated_at timestamptz NOT NULL)
        """,
        """
        CREATE TABLE rule_progress (
            rule_id uuid NOT NULL REFERENCES rules (id) ON DELETE CASCADE,
            target text NOT NULL,
            camera_id uuid,
            pictures bytea NOT NULL,
            format bigint NOT NULL,
            decided_until timestamptz,
            memory json,
            PRIMARY KEY (rule_id, target)) WITH (fillfactor = 50)
        """,
        "CREATE INDEX rule_progress_by_camera ON rule_progress (camera_id)",
        """
        CREATE TABLE message_budgets (
            rule_id uuid PRIMARY KEY REFERENCES rules (id) ON DELETE CASCADE,
            budget json,
            is_holding boolean NOT NULL)
        """,
    ]

    /// Ranges of identities are ranges of time, because identities begin with it: so a snapshot is unique over all
    /// partitions. `faces` and `models` are only ever read with their picture; the counts answer what is asked of them.
    private static let observations: [StaticString] = [
        """
        CREATE TABLE observations (
            snapshot_id uuid PRIMARY KEY,
            camera_id uuid NOT NULL,
            taken_at timestamptz NOT NULL,
            object_key text NOT NULL,
            width integer NOT NULL,
            height integer NOT NULL,
            worn_correctly integer NOT NULL,
            worn_incorrectly integer NOT NULL,
            without integer NOT NULL,
            unknown integer NOT NULL,
            faces json NOT NULL,
            models json NOT NULL,
            burst_id uuid,
            shot integer NOT NULL,
            shots integer NOT NULL) PARTITION BY RANGE (snapshot_id)
        """,
        "CREATE INDEX observations_by_camera ON observations (camera_id, taken_at)",
        "CREATE INDEX observations_by_time ON observations (taken_at)",
        "CREATE INDEX observations_by_burst ON observations (burst_id) WHERE burst_id IS NOT NULL",
        "CREATE TABLE observations_other PARTITION OF observations DEFAULT",
        "CREATE TABLE observed (camera_id uuid PRIMARY KEY, pictures bigint NOT NULL) WITH (fillfactor = 50)",
        """
        CREATE TABLE corrections (
            snapshot_id uuid PRIMARY KEY,
            faces json NOT NULL,
            corrected_by text NOT NULL,
            corrected_at timestamptz NOT NULL)
        """,
    ]

    /// No rule can have two open incidents on one target.
    private static let incidents: [StaticString] = [
        """
        CREATE TABLE incidents (
            id uuid PRIMARY KEY,
            rule_id uuid NOT NULL,
            rule_name text NOT NULL,
            target text NOT NULL,
            camera_id uuid,
            zone_id uuid,
            severity text NOT NULL,
            state text NOT NULL,
            opened_at timestamptz NOT NULL,
            updated_at timestamptz NOT NULL,
            closed_at timestamptz,
            peak_faces bigint NOT NULL,
            pictures bigint NOT NULL,
            evidence uuid,
            acknowledged_at timestamptz,
            acknowledged_by text,
            false_alarm_at timestamptz,
            false_alarm_by text)
        """,
        "CREATE UNIQUE INDEX incidents_open ON incidents (rule_id, target) WHERE state = 'open'",
        "CREATE INDEX incidents_open_by_camera ON incidents (camera_id) WHERE state = 'open'",
        "CREATE INDEX incidents_by_time ON incidents (opened_at)",
        "CREATE INDEX incidents_by_state ON incidents (state, opened_at)",
        "CREATE INDEX incidents_by_camera ON incidents (camera_id, opened_at)",
        """
        CREATE TABLE incident_pictures (
            incident_id uuid NOT NULL REFERENCES incidents (id) ON DELETE CASCADE,
            snapshot_id uuid NOT NULL,
            PRIMARY KEY (incident_id, snapshot_id))
        """,
        "CREATE INDEX incident_pictures_by_snapshot ON incident_pictures (snapshot_id)",
        """
        CREATE TABLE incident_comments (
            number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            incident_id uuid NOT NULL REFERENCES incidents (id) ON DELETE CASCADE,
            author text NOT NULL,
            written_at timestamptz NOT NULL,
            text text NOT NULL)
        """,
        "CREATE INDEX incident_comments_by_incident ON incident_comments (incident_id, number)",
    ]

    /// `zone_id` is all zeros for whole pictures: a primary key cannot hold NULL. Room in every page keeps an update on it.
    private static let statistics: [StaticString] = [
        """
        CREATE TABLE statistics (
            camera_id uuid NOT NULL,
            zone_id uuid NOT NULL,
            interval text NOT NULL,
            start timestamptz NOT NULL,
            pictures bigint NOT NULL,
            expected bigint NOT NULL,
            incidents bigint NOT NULL,
            worn_correctly bigint NOT NULL,
            worn_incorrectly bigint NOT NULL,
            without bigint NOT NULL,
            unknown bigint NOT NULL,
            PRIMARY KEY (interval, zone_id, start, camera_id)) WITH (fillfactor = 80)
        """,
        "CREATE INDEX statistics_by_camera ON statistics (camera_id, interval, zone_id, start)",
    ]

    /// `settings` is JSON, `secrets` sealed JSON. `channel_turns` says which notifier serves a channel, and until when nobody
    /// should because its receiver failed.
    private static let channels: [StaticString] = [
        """
        CREATE TABLE channels (
            id uuid PRIMARY KEY,
            name text NOT NULL UNIQUE,
            kind text NOT NULL,
            settings json NOT NULL,
            secrets bytea NOT NULL,
            language text NOT NULL,
            title_template text,
            body_template text,
            is_enabled boolean NOT NULL,
            updated_at timestamptz NOT NULL)
        """,
        """
        CREATE TABLE channel_turns (
            channel_id uuid PRIMARY KEY REFERENCES channels (id) ON DELETE CASCADE,
            worker_id uuid NOT NULL,
            expires_at timestamptz NOT NULL,
            paused_until timestamptz NOT NULL) WITH (fillfactor = 50)
        """,
        """
        CREATE TABLE outbox (
            number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            id uuid NOT NULL UNIQUE,
            channel_id uuid NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
            event text NOT NULL,
            incident_id uuid NOT NULL,
            incident json NOT NULL,
            held json,
            created_at timestamptz NOT NULL,
            state text NOT NULL,
            attempts bigint NOT NULL,
            next_attempt_at timestamptz NOT NULL,
            last_error text,
            delivered_at timestamptz)
        """,
        "CREATE INDEX outbox_pending ON outbox (next_attempt_at) WHERE state = 'pending'",
        "CREATE INDEX outbox_by_channel ON outbox (channel_id, number)",
        "CREATE INDEX outbox_by_incident ON outbox (incident_id, number)",
    ]

    private static let users: [StaticString] = [
        """
        CREATE TABLE users (
            id uuid PRIMARY KEY,
            name text NOT NULL UNIQUE,
            role text NOT NULL,
            password_hash text NOT NULL,
            created_at timestamptz NOT NULL)
        """,
        """
        CREATE TABLE access_tokens (
            id uuid PRIMARY KEY,
            kind text NOT NULL,
            name text NOT NULL,
            token_hash text NOT NULL UNIQUE,
            user_id uuid REFERENCES users (id) ON DELETE CASCADE,
            created_at timestamptz NOT NULL,
            expires_at timestamptz)
        """,
        "CREATE INDEX access_tokens_by_user ON access_tokens (user_id)",
    ]

    /// A sealed text that tells the right key.
    private static let facts: [StaticString] = ["CREATE TABLE facts (name text PRIMARY KEY, value bytea NOT NULL)"]
}
