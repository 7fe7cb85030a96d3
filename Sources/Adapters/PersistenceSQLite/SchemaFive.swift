/// Regular reports. The column `incident` of a report's message is the JSON of its period, and `incident_id` is empty.
enum SchemaFive {
    static let statements: [StaticString] = ["ALTER TABLE channels ADD COLUMN reported_until INTEGER"]
}
