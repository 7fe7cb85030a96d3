/// Regular reports. The column `incident` of a report's message is the JSON of its period.
enum SchemaThree {
    static let statements: [StaticString] = [
        "ALTER TABLE channels ADD COLUMN reported_until timestamptz",
        "ALTER TABLE outbox ALTER COLUMN incident_id DROP NOT NULL",
    ]
}
