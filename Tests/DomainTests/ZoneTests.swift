import Domain
import Foundation
import TestSupport
import Testing

@Suite("Zones")
struct ZoneTests {
    private func zone(_ kind: Zone.Kind, _ points: [(Double, Double)]) throws -> Zone {
        Zone(
            name: kind.rawValue, kind: kind,
            polygon: try #require(Polygon(points.map { Polygon.Point(x: $0.0, y: $0.1) })))
    }

    @Test("a polygon needs three points in the picture that enclose something")
    func polygons() {
        func polygon(_ points: [(Double, Double)]) -> Polygon? {
            Polygon(points.map { Polygon.Point(x: $0.0, y: $0.1) })
        }
        #expect(polygon([(0, 0), (1, 0)]) == nil)
        #expect(polygon([(0, 0), (0.5, 0.5), (1, 1)]) == nil)
        #expect(polygon([(0, 0), (1, 0), (1, 1.01)]) == nil)
        #expect(polygon([(0, 0), (1, 0), (.nan, 1)]) == nil)
        #expect(polygon(Array(repeating: (0.1, 0.1), count: 65)) == nil)
        #expect(polygon([(0, 0), (1, 0), (0, 1)])?.area == 0.5)
    }

    @Test("spans cover what a point test finds inside, over random polygons", arguments: 0..<20)
    func spans(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let count = Int.random(in: 3...9, using: &random)
        let points = (0..<count).map { _ in
            Polygon.Point(x: Double.random(in: 0...1, using: &random), y: Double.random(in: 0...1, using: &random))
        }
        guard let polygon = Polygon(points) else { return }
        for _ in 0..<500 {
            let point = Polygon.Point(
                x: Double.random(in: 0...1, using: &random), y: Double.random(in: 0...1, using: &random))
            let isCovered = polygon.spans(at: point.y).contains { $0.contains(point.x) }
            if polygon.contains(point) { #expect(isCovered) }
        }
    }

    @Test("faces count only in counting zones and never in ignored ones")
    func counting() throws {
        let left = try zone(.count, [(0, 0), (0.5, 0), (0.5, 1), (0, 1)])
        let corner = try zone(.ignore, [(0, 0), (0.2, 0), (0.2, 0.2), (0, 0.2)])
        #expect([left, corner].counts(.init(x: 0.4, y: 0.5)))
        #expect([left, corner].counts(.init(x: 0.6, y: 0.5)) == false)
        #expect([left, corner].counts(.init(x: 0.1, y: 0.1)) == false)
        #expect([corner].counts(.init(x: 0.6, y: 0.5)), "without counting zones all the rest counts")
    }
}
