package import Foundation

/// Reads tables as spreadsheets write them (RFC 4180): a header line, then one record a line; the separator is a comma, a
/// semicolon or a tab, whichever the header uses most; a byte order mark and any line ending are accepted.
package struct CSVReader: Sendable {
    package struct Limits: Sendable {
        package var bytes = 8 << 20
        package var rows = 100_000
        package var columns = 100

        package init() {}
    }

    package struct Row: Hashable, Sendable {
        /// Of the record's first line, from 1, the header's.
        package let line: Int
        /// By column name in lower case; what is missing at the end of a record is empty.
        package let fields: [String: String]
    }

    package let columns: [String]
    package let rows: [Row]

    /// - Throws: `CSVError` with the line.
    package init(_ data: Data, limits: Limits = Limits()) throws(CSVError) {
        guard data.count <= limits.bytes else {
            throw CSVError(line: 1, "the table has \(data.count) bytes; at most \(limits.bytes) are read")
        }
        guard let text = String(data: data, encoding: .utf8) else { throw CSVError(line: 1, "the table is not UTF-8") }
        var scanner = CSVScanner(text)
        guard let header = try scanner.record() else { throw CSVError(line: 1, "the table is empty") }
        columns = header.fields.map { $0.trimmingCharacters(in: .whitespaces).lowercased() }
        guard columns.count <= limits.columns else {
            throw CSVError(line: 1, "the header has \(columns.count) columns; at most \(limits.columns) are read")
        }
        guard Set(columns).count == columns.count else { throw CSVError(line: 1, "two columns have the same name") }
        rows = try Self.rows(&scanner, columns, limit: limits.rows)
    }

    private static func rows(
        _ scanner: inout CSVScanner, _ columns: [String], limit: Int
    ) throws(CSVError) -> [Row] {
        var rows: [Row] = []
        while let record = try scanner.record() {
            guard record.fields != [""] else { continue }
            guard record.fields.count <= columns.count else {
                throw CSVError(
                    line: record.line,
                    "there are \(record.fields.count) fields, but the header names \(columns.count) columns")
            }
            guard rows.count < limit else { throw CSVError(line: record.line, "at most \(limit) records are read") }
            let values = record.fields + Array(repeating: "", count: columns.count - record.fields.count)
            rows.append(Row(line: record.line, fields: Dictionary(uniqueKeysWithValues: zip(columns, values))))
        }
        return rows
    }
}

package struct CSVError: Error, Hashable, CustomStringConvertible {
    package let line: Int
    package let message: String

    init(line: Int, _ message: String) {
        self.line = line
        self.message = message
    }

    package var description: String { "line \(line): \(message)" }
}
