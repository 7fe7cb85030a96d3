/// Precision over recall as SVG. Lines differ in colour and in pattern, and each is named at its end.
struct CurveChart {
    struct Line {
        let name: String
        let style: String
        let curve: PrecisionCurve
        let value: Double?
    }

    let title: String
    let lines: [Line]
    /// Where to put a dot.
    var operatingScore: Float?

    private static let (left, top, width, height) = (46.0, 12.0, 420.0, 250.0)

    func svg() -> String {
        """
        <svg class="chart" viewBox="0 0 480 310" role="img" aria-label="\(Markup.escape(summary))">
        \(grid())
        \(lines.map(line).joined(separator: "\n"))
        \(lines.compactMap(dot).joined(separator: "\n"))
        <text class="axis" x="256" y="304" text-anchor="middle">recall</text>
        <text class="axis" x="12" y="137" text-anchor="middle" transform="rotate(-90 12 137)">precision</text>
        </svg>
        \(legend())
        """
    }

    private var summary: String {
        "\(title): " + lines.map { "\($0.name) \(Markup.share($0.value))" }.joined(separator: ", ")
    }

    private func grid() -> String {
        stride(from: 0.0, through: 1.0, by: 0.25).map { share in
            let (x, y) = (Self.x(share), Self.y(share))
            let label = Markup.fixed(share, 2)
            return """
                <path class="grid" d="M\(x) \(Self.y(0))V\(Self.y(1))M\(Self.x(0)) \(y)H\(Self.x(1))"/>
                <text class="tick" x="\(x)" y="\(Markup.fixed(Self.top + Self.height + 18, 1))" text-anchor="middle">\(label)</text>
                <text class="tick" x="\(Markup.fixed(Self.left - 8, 1))" y="\(y)" text-anchor="end" dy="4">\(label)</text>
                """
        }.joined(separator: "\n")
    }

    private func line(_ line: Line) -> String {
        let points = line.curve.outline().map { "\(Self.x($0.recall)) \(Self.y($0.precision))" }
        guard let first = line.curve.outline().first else { return "" }
        return
            #"<path class="curve \#(line.style)" d="M\#(Self.x(0)) \#(Self.y(first.precision))L\#(points.joined(separator: "L"))"/>"#
    }

    private func dot(_ line: Line) -> String? {
        guard let operatingScore, let point = line.curve.point(from: operatingScore) else { return nil }
        return """
            <circle class="dot \(line.style)" cx="\(Self.x(point.recall))" cy="\(Self.y(point.precision))" r="5"/>
            """
    }

    private func legend() -> String {
        let entries = lines.map { line in
            """
            <li><svg viewBox="0 0 28 8" aria-hidden="true"><path class="curve \(line.style)" d="M1 4H27"/></svg>
            \(Markup.escape(line.name)) <strong>\(Markup.share(line.value))</strong></li>
            """
        }
        return "<ul class=\"legend\">\(entries.joined(separator: "\n"))</ul>"
    }

    private static func x(_ share: Double) -> String { Markup.fixed(left + share * width, 1) }
    private static func y(_ share: Double) -> String { Markup.fixed(top + (1 - share) * height, 1) }
}
