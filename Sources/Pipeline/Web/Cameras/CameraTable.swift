import CSV
package import Domain
package import Foundation
package import HTTPTypes

/// Cameras as a table, for moving many at once. Passwords are read but never written.
package struct CameraTable: Sendable {
    package static let columns = [
        "name", "address", "username", "password", "transport", "every", "shots", "spacing", "mode", "enabled",
    ]

    package static let maximumBytes = CSVReader.Limits().bytes

    /// What is wrong with one record; the others are not affected.
    package struct RowError: Error, Hashable, Sendable, CustomStringConvertible {
        package let line: Int
        package let errors: [FieldError]

        package var description: String {
            errors.map { "line \(line), \($0)" }.joined(separator: "\n")
        }
    }

    /// One result a record, in their order.
    package let records: [Result<Camera, RowError>]

    /// - Parameter known: the cameras there are: a record with the name of one changes it, and what the record leaves empty
    ///   stays.
    /// - Throws: `CSVError` if it is no table of cameras at all.
    package init(
        _ data: Data, known: [Camera], policy: AddressPolicy, allowsFiles: Bool, at now: Date
    ) throws {
        let table = try CSVReader(data)
        let rules = AddressRules(policy: policy, allowsFiles: allowsFiles)
        let byName = Dictionary(known.map { ($0.name, $0) }) { first, _ in first }
        var seen: Set<String> = []
        records = table.rows.map { row in
            let name = row.fields["name"] ?? ""
            guard seen.insert(name).inserted else {
                return .failure(RowError(line: row.line, errors: [FieldError("name", "An earlier line has the name.")]))
            }
            return Self.camera(row, stored: byName[name], rules: rules, at: now)
        }
    }

    package static func write(_ cameras: [Camera]) -> Data {
        var writer = CSVWriter(columns: columns)
        for camera in cameras {
            writer.append([
                camera.name, camera.source.address, camera.source.username ?? "", "",
                camera.source.transport.rawValue, "\(camera.sampling.every)", "\(camera.sampling.shots)",
                "\(camera.sampling.spacing)", camera.sampling.mode.rawValue, "\(camera.isEnabled)",
            ])
        }
        return writer.data
    }

    private static func camera(
        _ row: CSVReader.Row, stored: Camera?, rules: AddressRules, at now: Date
    ) -> Result<Camera, RowError> {
        var reader = FieldReader(fields(row.fields))
        let input = CameraInput(&reader, stored: stored, rules: rules)
        do {
            try reader.finish()
            return .success(input.camera(changing: stored, at: now))
        } catch {
            let errors = (error as? Problem)?.errors ?? []
            return .failure(RowError(line: row.line, errors: errors.map { FieldError(column(of: $0), $0.message) }))
        }
    }

    private static func column(of error: FieldError) -> String {
        let last = error.field.split(separator: ".").last.map(String.init) ?? error.field
        return last == "is_enabled" ? "enabled" : last
    }

    /// The record as the JSON that describes a camera; a column that is none of these becomes a field that is refused.
    private static func fields(_ row: [String: String]) -> [String: JSONValue] {
        let given = row.filter { !$0.value.isEmpty }
        var camera: [String: JSONValue] = [:]
        var source: [String: JSONValue] = [:]
        var sampling: [String: JSONValue] = [:]
        for (column, text) in given {
            switch column {
            case "name": camera["name"] = .string(text)
            case "address", "username", "password", "transport": source[column] = .string(text)
            case "every", "shots", "spacing": sampling[column] = Double(text).map { .number($0) } ?? .string(text)
            case "mode": sampling[column] = .string(text)
            case "enabled": camera["is_enabled"] = Bool(text.lowercased()).map { .bool($0) } ?? .string(text)
            default: camera[column] = .string(text)
            }
        }
        camera["source"] = .object(source)
        if !sampling.isEmpty { camera["sampling"] = .object(sampling) }
        return camera
    }
}
