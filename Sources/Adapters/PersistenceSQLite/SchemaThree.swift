/// Leases end by a time that does not jump with the clock: see `LeaseTime`.
enum SchemaThree {
    static let statements: [StaticString] = [
        "CREATE TABLE lease_clock (number INTEGER PRIMARY KEY, lease_time INTEGER NOT NULL, clock INTEGER NOT NULL)"
    ]
}
