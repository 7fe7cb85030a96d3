import CSV
import Domain
import Foundation
import HTTPTypes
import Persistence

/// Sightings over time.
struct StatisticsRoutes: Sendable {
    let statistics: any StatisticsRepository
    let selector: StatisticsSelector

    private struct Series: Encodable {
        let interval: StatisticsInterval
        let from: Date
        let to: Date
        let timeZone: String
        let totals: CountsView
        let buckets: [BucketView]
    }

    private struct BucketView: Encodable {
        let start: Date
        let counts: CountsView

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(start, forKey: .start)
            try counts.encode(to: encoder)
        }

        private enum CodingKeys: CodingKey { case start }
    }

    private struct Week: Encodable {
        let from: Date
        let to: Date
        let timeZone: String
        let cells: [CellView]
    }

    private struct CellView: Encodable {
        let weekday: Int
        let hour: Int
        let hours: Int
        let counts: CountsView

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(weekday, forKey: .weekday)
            try container.encode(hour, forKey: .hour)
            try container.encode(hours, forKey: .hours)
            try counts.encode(to: encoder)
        }

        private enum CodingKeys: CodingKey { case weekday, hour, hours }
    }

    /// By default the last 24 hours by the hour, all cameras together. Every bucket of the time is there, also those in which
    /// nothing was counted.
    func show(_ request: WebRequest) async throws -> HTTPResponse {
        let selection = try await selector.selection(request)
        let slots = selection.slots
        let counts = slots.counts(try await statistics.sums(selection.query))
        return try .json(
            Series(
                interval: slots.interval, from: slots.range.lowerBound, to: slots.range.upperBound,
                timeZone: selection.timeZone.identifier,
                totals: CountsView(counts.reduce(SightingCounts(), +)),
                buckets: zip(slots.starts, counts).map { BucketView(start: $0, counts: CountsView($1)) }))
    }

    /// The hours of the week, by default over the last 24 hours.
    func week(_ request: WebRequest) async throws -> HTTPResponse {
        let selection = try await selector.selection(request, interval: .hour)
        var week = WeekHours(timeZone: selection.timeZone)
        for sum in try await statistics.sums(selection.query) { week.add(sum.counts, at: sum.start) }
        let cells = week.cells.map {
            CellView(weekday: $0.weekday, hour: $0.hour, hours: $0.hours, counts: CountsView($0.counts))
        }
        return try .json(
            Week(
                from: selection.slots.range.lowerBound, to: selection.slots.range.upperBound,
                timeZone: selection.timeZone.identifier, cells: cells))
    }

    /// One line a camera and bucket, for spreadsheets.
    func export(_ request: WebRequest) async throws -> HTTPResponse {
        let selection = try await selector.selection(request)
        let names = Dictionary(selection.cameras.map { ($0.id, $0.name) }) { first, _ in first }
        var table = CSVWriter(columns: [
            "start", "camera", "pictures", "expected_pictures", "incidents", "mask_worn_correctly",
            "mask_worn_incorrectly", "without_mask", "unknown", "compliance",
        ])
        for bucket in try await statistics.buckets(selection.query) {
            let counts = bucket.counts
            let numbers = [
                counts.pictures, counts.expected, counts.incidents, counts.wornCorrectly, counts.wornIncorrectly,
                counts.without, counts.unknown,
            ]
            table.append(
                [JSON.text(of: bucket.start), names[bucket.cameraID] ?? bucket.cameraID.description]
                    + numbers.map(String.init) + [counts.compliance.map { String($0) } ?? ""])
        }
        var response = HTTPResponse.data(table.data, contentType: "text/csv; charset=utf-8")
        response.headers["Content-Disposition"] = "attachment; filename=\"maskwatch-statistics.csv\""
        return response
    }
}

struct CountsView: Encodable {
    let pictures: Int
    let expected: Int
    let incidents: Int
    let wornCorrectly: Int
    let wornIncorrectly: Int
    let without: Int
    let unknown: Int
    @Nullable var compliance: Double?

    init(_ counts: SightingCounts) {
        pictures = counts.pictures
        expected = counts.expected
        incidents = counts.incidents
        wornCorrectly = counts.wornCorrectly
        wornIncorrectly = counts.wornIncorrectly
        without = counts.without
        unknown = counts.unknown
        compliance = counts.compliance
    }
}
