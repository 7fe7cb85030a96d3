package import Foundation

/// Writes a table (RFC 4180) that spreadsheets open without running anything: a field that they would take for a formula
/// gets an apostrophe in front (OWASP, "CSV Injection").
package struct CSVWriter: Sendable {
    private var text = ""

    package init(columns: [String]) { append(columns) }

    package mutating func append(_ fields: [String]) {
        text += fields.map(Self.field).joined(separator: ",") + "\r\n"
    }

    package var data: Data { Data(text.utf8) }

    private static func field(_ value: String) -> String {
        let safe = isFormula(value) ? "'" + value : value
        guard safe.unicodeScalars.contains(where: { "\",;\r\n\t".unicodeScalars.contains($0) }) else { return safe }
        return "\"" + safe.replacing("\"", with: "\"\"") + "\""
    }

    /// A number with a sign is no formula.
    private static func isFormula(_ value: String) -> Bool {
        guard let first = value.unicodeScalars.first, "=+-@\t\r".unicodeScalars.contains(first) else { return false }
        return Double(value) == nil
    }
}
