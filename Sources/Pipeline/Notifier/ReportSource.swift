import Domain
import Foundation
package import Persistence

/// Reads what a report is about.
package struct ReportSource: Sendable {
    private let statistics: any StatisticsRepository
    private let cameras: any CameraRepository
    private let sites: any SiteRepository

    package init(_ database: any Repositories) {
        statistics = database.statistics
        cameras = database.cameras
        sites = database.sites
    }

    /// - Returns: the report, and the name of its site, nil for all cameras; nil if its site was removed since.
    func report(_ period: ReportPeriod) async throws -> (report: Report, siteName: String?)? {
        let site: Site? = if let id = period.siteID { try await sites.site(id) } else { nil }
        if period.siteID != nil, site == nil { return nil }
        let here: Set<CameraID>? =
            if let site { Set(try await cameras.cameras().filter { $0.siteID == site.id }.map(\.id)) } else { nil }
        func sums(_ slots: StatisticsSlots) async throws -> [StatisticsSum] {
            try await statistics.sums(
                StatisticsQuery(cameras: here, interval: slots.interval, range: slots.bucketStarts))
        }
        let report = Report(period, sums: try await sums(period.slots), before: try await sums(period.slotsBefore))
        return (report, site?.name)
    }
}
