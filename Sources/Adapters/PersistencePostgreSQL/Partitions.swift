import Domain
import Foundation
import PostgreSQL
import Synchronization

/// Observations lie in one partition a day (UTC, by the time in their identity), so that a day that is gone gives its space
/// back at once. What belongs to no partition, such as pictures of a camera whose clock is years off, lies in
/// `observations_other`. Functions in the database, because a statement that makes a table cannot have parameters.
enum Partitions {
    static let statements: [StaticString] = [identity, add, dropEmpty]

    /// The least identity made at or after a moment (UUIDv7: 48 bits of milliseconds).
    private static let identity: StaticString = """
        CREATE FUNCTION maskwatch_first_identity(moment timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
            SELECT (lpad(to_hex((extract(epoch FROM moment) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
        $$
        """

    /// Made beside the table and attached then, so that nobody who reads or writes other days waits. Rows of the day that
    /// came before it move in.
    private static let add: StaticString = """
        CREATE FUNCTION maskwatch_add_partition(moment timestamptz) RETURNS void LANGUAGE plpgsql AS $$
        DECLARE
            first_moment timestamptz := date_trunc('day', moment AT TIME ZONE 'UTC') AT TIME ZONE 'UTC';
            name text := 'observations_' || to_char(first_moment AT TIME ZONE 'UTC', 'YYYYMMDD');
            low uuid := maskwatch_first_identity(first_moment);
            high uuid := maskwatch_first_identity(first_moment + interval '24 hours');
        BEGIN
            IF to_regclass(name) IS NOT NULL THEN RETURN; END IF;
            PERFORM pg_advisory_xact_lock(7105941330000004);
            IF to_regclass(name) IS NOT NULL THEN RETURN; END IF;
            LOCK TABLE observations_other IN ACCESS EXCLUSIVE MODE;
            EXECUTE format('CREATE TABLE %I (LIKE observations INCLUDING ALL)', name);
            EXECUTE format(
                'WITH moved AS (DELETE FROM observations_other WHERE snapshot_id >= %L AND snapshot_id < %L RETURNING *)
                INSERT INTO %I SELECT * FROM moved', low, high, name);
            EXECUTE format('ALTER TABLE observations ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', name, low, high);
        END $$
        """

    /// Days that ended before a moment and hold nothing any more.
    private static let dropEmpty: StaticString = """
        CREATE FUNCTION maskwatch_drop_empty_partitions(moment timestamptz) RETURNS integer LANGUAGE plpgsql AS $$
        DECLARE
            name text;
            is_used boolean;
            dropped integer := 0;
        BEGIN
            FOR name IN
                SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
                WHERE inhparent = 'observations'::regclass AND relname ~ '^observations_[0-9]{8}$'
                AND to_date(right(relname, 8), 'YYYYMMDD') + 1 <= (moment AT TIME ZONE 'UTC')::date
            LOOP
                EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', name) INTO is_used;
                CONTINUE WHEN is_used;
                LOCK TABLE observations IN ACCESS EXCLUSIVE MODE;
                EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', name) INTO is_used;
                CONTINUE WHEN is_used;
                EXECUTE format('DROP TABLE %I', name);
                dropped := dropped + 1;
            END LOOP;
            RETURN dropped;
        END $$
        """
}

/// The days whose partitions this process has seen.
final class KnownPartitions: Sendable {
    private let days = Mutex<Set<Int>>([])

    private static let day = 86_400.0
    /// Seconds around now within which a day gets a partition of its own.
    private static let past = 400 * day
    private static let future = 7 * day

    /// Nil if the day's partition is known, or the day is too far away to have one.
    func missing(_ time: Date, now: Date) -> Int? {
        guard time > now.addingTimeInterval(-Self.past), time < now.addingTimeInterval(Self.future) else { return nil }
        let number = Int((time.timeIntervalSince1970 / Self.day).rounded(.down))
        return days.withLock { $0.contains(number) } ? nil : number
    }

    func note(_ day: Int) { days.withLock { _ = $0.insert(day) } }
}

extension Tables {
    /// The day's partition, made if there is none. If it cannot be made now, the row goes to `observations_other` and moves
    /// when it is made.
    func preparePartition(for id: SnapshotID) async {
        guard let day = partitions.missing(id.time, now: now) else { return }
        let made: Void? = try? await write { try $0.addPartition(at: id.time) }
        if made != nil { partitions.note(day) }
    }

    /// Those of today and the next two days.
    func preparePartitions() async throws {
        for days in 0...2 {
            let time = now.addingTimeInterval(Double(days) * 86_400)
            guard let day = partitions.missing(time, now: now) else { continue }
            try await write { try $0.addPartition(at: time) }
            partitions.note(day)
        }
    }
}

extension Connection {
    fileprivate func addPartition(at time: Date) throws { try run("SELECT maskwatch_add_partition($1)", time) }
}
