/// Prometheus text format 0.0.4 (prometheus/docs, exposition_formats.md).
enum PrometheusText {
    static func family(_ name: String, _ family: Family) -> String {
        let head = "# HELP \(name) \(escapedHelp(family.help))\n# TYPE \(name) \(family.kind.rawValue)\n"
        return head
            + family.cells.sorted { $0.key < $1.key }.map { series(name, $0.key, $0.value, family.kind) }.joined()
    }

    /// `a="1",b="2"`, sorted by name, or an empty text.
    static func labels(_ labels: [String: String]) -> String {
        labels.sorted { $0.key < $1.key }.map { "\($0.key)=\"\(escapedValue($0.value))\"" }.joined(separator: ",")
    }

    private static func series(_ name: String, _ labels: String, _ cell: MetricCell, _ kind: Family.Kind) -> String {
        let value = cell.read()
        guard kind == .histogram else { return "\(name)\(braced(labels)) \(number(value.number))\n" }
        var text = ""
        var cumulated = 0
        for (bound, count) in zip(cell.bounds, value.buckets) {
            cumulated += count
            text += "\(name)_bucket\(braced(labels, "le=\"\(number(bound))\"")) \(cumulated)\n"
        }
        text += "\(name)_bucket\(braced(labels, "le=\"+Inf\"")) \(value.count)\n"
        text += "\(name)_sum\(braced(labels)) \(number(value.number))\n"
        return text + "\(name)_count\(braced(labels)) \(value.count)\n"
    }

    private static func braced(_ parts: String...) -> String {
        let filled = parts.filter { !$0.isEmpty }
        return filled.isEmpty ? "" : "{\(filled.joined(separator: ","))}"
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
    }

    private static func escapedHelp(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
    }

    private static func escapedValue(_ text: String) -> String {
        escapedHelp(text).replacing("\"", with: "\\\"")
    }
}
