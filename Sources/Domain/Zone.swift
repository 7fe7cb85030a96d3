/// A part of a camera's pictures.
package struct Zone: Hashable, Sendable, Codable, Identifiable {
    package enum Kind: String, Codable, Sendable, CaseIterable {
        /// Faces count only in zones of this kind, if the camera has any; rules and statistics may name it.
        case count
        /// Faces here do not count.
        case ignore
        /// Painted over before the picture is stored: what is here is never seen by anybody.
        case blackout
    }

    package let id: ZoneID
    package var name: String
    package var kind: Kind
    package var polygon: Polygon

    package static let maximumPerCamera = 32

    package init(id: ZoneID = ZoneID(), name: String, kind: Kind, polygon: Polygon) {
        self.id = id
        self.name = name
        self.kind = kind
        self.polygon = polygon
    }
}

/// A closed polygon in parts of the picture: 0 is its left or upper edge, 1 its right or lower one.
package struct Polygon: Hashable, Sendable {
    package struct Point: Hashable, Sendable {
        package var x: Double
        package var y: Double

        package init(x: Double, y: Double) {
            self.x = x
            self.y = y
        }
    }

    package let points: [Point]

    package static let pointsRange = 3...64

    /// Nil unless there are 3 to 64 points inside the picture that enclose something.
    package init?(_ points: [Point]) {
        guard Self.pointsRange.contains(points.count),
            points.allSatisfy({ (0...1).contains($0.x) && (0...1).contains($0.y) })
        else { return nil }
        self.points = points
        guard area > 1e-5 else { return nil }
    }

    /// Share of the picture, 0...1, by the shoelace formula; of a polygon that crosses itself, a lower bound.
    package var area: Double {
        let doubled = edges.reduce(0) { $0 + $1.0.x * $1.1.y - $1.1.x * $1.0.y }
        return abs(doubled) / 2
    }

    var edges: some Sequence<(Point, Point)> { zip(points, points.dropFirst() + points.prefix(1)) }

    /// By the even-odd rule.
    package func contains(_ point: Point) -> Bool {
        edges.reduce(false) { inside, edge in
            let (a, b) = edge
            guard (a.y > point.y) != (b.y > point.y) else { return inside }
            return point.x < (b.x - a.x) * (point.y - a.y) / (b.y - a.y) + a.x ? !inside : inside
        }
    }

    /// The stretches of the horizontal line at `y` that are enclosed, also those enclosed twice, ascending, in parts of the
    /// width.
    package func spans(at y: Double) -> [ClosedRange<Double>] {
        let crossings = edges.compactMap { a, b -> (x: Double, turn: Int)? in
            guard (a.y > y) != (b.y > y) else { return nil }
            return ((b.x - a.x) * (y - a.y) / (b.y - a.y) + a.x, a.y > b.y ? 1 : -1)
        }.sorted { $0.x < $1.x }
        var spans: [ClosedRange<Double>] = []
        var (turns, start) = (0, 0.0)
        for crossing in crossings {
            if turns == 0 { start = crossing.x }
            turns += crossing.turn
            if turns == 0 { spans.append(start...crossing.x) }
        }
        return spans
    }
}

/// `[[x, y], ...]` in JSON.
extension Polygon: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let pairs = try container.decode([[Double]].self)
        guard pairs.allSatisfy({ $0.count == 2 }), let polygon = Polygon(pairs.map { Point(x: $0[0], y: $0[1]) })
        else { throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a polygon") }
        self = polygon
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(points.map { [$0.x, $0.y] })
    }
}

extension [Zone] {
    /// What is painted over before a picture is stored.
    package var blackouts: [Polygon] { filter { $0.kind == .blackout }.map(\.polygon) }

    /// Whether a face with its middle there counts at all.
    package func counts(_ point: Polygon.Point) -> Bool {
        if contains(where: { $0.kind == .ignore && $0.polygon.contains(point) }) { return false }
        let only = filter { $0.kind == .count }
        return only.isEmpty || only.contains { $0.polygon.contains(point) }
    }
}
