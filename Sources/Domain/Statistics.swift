package import Foundation

/// The lengths of the time buckets that statistics are kept in.
package enum StatisticsInterval: String, Codable, Sendable, CaseIterable {
    case minute, hour, day
}

/// What one camera saw in one bucket of time. Counts are sightings: the same person in two pictures counts twice.
package struct StatisticsBucket: Hashable, Sendable, Codable {
    package var cameraID: CameraID
    package var interval: StatisticsInterval
    package var start: Date
    package var pictures: Int
    package var wornCorrectly: Int
    package var wornIncorrectly: Int
    package var without: Int
    package var unknown: Int

    package init(
        cameraID: CameraID, interval: StatisticsInterval, start: Date, pictures: Int = 0, wornCorrectly: Int = 0,
        wornIncorrectly: Int = 0, without: Int = 0, unknown: Int = 0
    ) {
        self.cameraID = cameraID
        self.interval = interval
        self.start = start
        self.pictures = pictures
        self.wornCorrectly = wornCorrectly
        self.wornIncorrectly = wornIncorrectly
        self.without = without
        self.unknown = unknown
    }

    /// Share of the judged faces that wear their mask correctly, 0...1; nil if none was judged.
    package var compliance: Double? {
        let judged = wornCorrectly + wornIncorrectly + without
        return judged == 0 ? nil : Double(wornCorrectly) / Double(judged)
    }
}
