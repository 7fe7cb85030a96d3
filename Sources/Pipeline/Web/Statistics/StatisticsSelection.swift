import Domain
import Foundation
import Persistence

/// What a request for statistics asks for, checked.
struct StatisticsSelection: Sendable {
    /// For the buckets of `slots`.
    let query: StatisticsQuery
    let slots: StatisticsSlots
    /// The clock of the site or camera that is asked for.
    let timeZone: TimeZone
    let cameras: [Camera]

    static let maximumBuckets = 5000
    static let maximumSpan = 86_400.0 * 400

    /// - Parameter query: its range is what is asked for; it grows to whole buckets of the time zone.
    init(query: StatisticsQuery, timeZone: TimeZone, cameras: [Camera]) {
        slots = StatisticsSlots(query.interval, covering: query.range, in: timeZone)
        self.query = query.with(range: slots.bucketStarts)
        self.timeZone = timeZone
        self.cameras = cameras
    }
}

/// Turns a request into a selection.
struct StatisticsSelector: Sendable {
    let cameras: any CameraRepository
    let sites: any SiteRepository
    /// Of cameras that belong to no site.
    let timeZone: TimeZone

    /// By default the last 24 hours by the hour.
    /// - Parameter interval: fixed by the route; nil to read it from the query.
    func selection(_ request: WebRequest, interval fixed: StatisticsInterval? = nil) async throws -> StatisticsSelection
    {
        var reader = QueryReader(request.http)
        let camera: CameraID? = reader.identifier("camera")
        let site: SiteID? = reader.identifier("site")
        let zone: ZoneID? = reader.identifier("zone")
        let asked: StatisticsInterval? = fixed ?? reader.choice("interval")
        let to = reader.date("to") ?? request.now
        let from = reader.date("from") ?? to.addingTimeInterval(-86_400)
        try reader.finish()
        let interval = asked ?? .hour
        guard from < to else { throw Problem.invalid("from", "This must be before 'to'.") }
        let span = to.timeIntervalSince(from)
        guard span / interval.seconds <= Double(StatisticsSelection.maximumBuckets),
            span <= StatisticsSelection.maximumSpan
        else {
            throw Problem.invalid(
                "interval",
                "This would be more than \(StatisticsSelection.maximumBuckets) values or 400 days: ask for a shorter time or a longer interval."
            )
        }
        return try await selection(
            camera: camera, site: site, StatisticsQuery(zone: zone, interval: interval, range: from..<to))
    }

    private func selection(
        camera: CameraID?, site: SiteID?, _ query: StatisticsQuery
    ) async throws -> StatisticsSelection {
        let all = try await cameras.cameras()
        var query = query
        var owner = site
        if let camera {
            query.cameras = [camera]
            owner = owner ?? all.first { $0.id == camera }?.siteID
        } else if let site {
            query.cameras = Set(all.filter { $0.siteID == site }.map(\.id))
        }
        let zone = try await owner.asyncFlatMap { try await sites.site($0)?.timeZone }
        if site != nil, zone == nil { throw Problem.invalid("site", "There is no such site.") }
        return StatisticsSelection(query: query, timeZone: zone ?? timeZone, cameras: all)
    }
}

extension Optional {
    fileprivate func asyncFlatMap<Value>(_ body: (Wrapped) async throws -> Value?) async rethrows -> Value? {
        guard let self else { return nil }
        return try await body(self)
    }
}

extension StatisticsQuery {
    fileprivate func with(range: Range<Date>) -> StatisticsQuery {
        var query = self
        query.range = range
        return query
    }
}
