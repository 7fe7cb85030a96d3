package import Domain
package import Foundation

/// Time series for the charts.
package protocol StatisticsRepository: Sendable {
    /// Buckets with `start` in the range, ascending; one a camera and start.
    func buckets(_ query: StatisticsQuery) async throws -> [StatisticsBucket]
    /// The same added up over the cameras: one sum a start, ascending.
    func sums(_ query: StatisticsQuery) async throws -> [StatisticsSum]
}

package struct StatisticsQuery: Hashable, Sendable {
    /// Nil: every camera, also those that were removed since.
    package var cameras: Set<CameraID>?
    /// Only what was seen in this zone; nil: in whole pictures.
    package var zone: ZoneID?
    package var interval: StatisticsInterval
    package var range: Range<Date>

    package init(
        cameras: Set<CameraID>? = nil, zone: ZoneID? = nil, interval: StatisticsInterval, range: Range<Date>
    ) {
        self.cameras = cameras
        self.zone = zone
        self.interval = interval
        self.range = range
    }
}
