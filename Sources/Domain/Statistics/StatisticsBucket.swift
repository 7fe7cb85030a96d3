package import Foundation

/// The lengths of the time buckets that statistics are kept in.
package enum StatisticsInterval: String, Codable, Sendable, CaseIterable {
    case minute, hour, day
}

/// What was counted. Sightings: the same person in two pictures counts twice, unless a burst links them.
package struct SightingCounts: Hashable, Sendable, Codable {
    /// Pictures looked at.
    package var pictures = 0
    /// Pictures that were to be taken.
    package var expected = 0
    /// Incidents opened.
    package var incidents = 0
    package var wornCorrectly = 0
    package var wornIncorrectly = 0
    package var without = 0
    package var unknown = 0

    package init() {}

    package init(
        pictures: Int = 0, expected: Int = 0, incidents: Int = 0, wornCorrectly: Int = 0, wornIncorrectly: Int = 0,
        without: Int = 0, unknown: Int = 0
    ) {
        self.pictures = pictures
        self.expected = expected
        self.incidents = incidents
        self.wornCorrectly = wornCorrectly
        self.wornIncorrectly = wornIncorrectly
        self.without = without
        self.unknown = unknown
    }

    /// - Parameter states: of the faces of one picture or burst.
    package init(pictures: Int, states: [MaskState]) {
        self.pictures = pictures
        for state in states {
            switch state {
            case .wornCorrectly: wornCorrectly += 1
            case .wornIncorrectly: wornIncorrectly += 1
            case .without: without += 1
            case .unknown: unknown += 1
            }
        }
    }

    /// Faces that are not `unknown`.
    package var judged: Int { wornCorrectly + wornIncorrectly + without }

    /// Share of the judged faces that wear their mask correctly, 0...1; nil if none was judged.
    package var compliance: Double? { judged == 0 ? nil : Double(wornCorrectly) / Double(judged) }

    package static func + (a: Self, b: Self) -> Self { a.combined(b, +) }
    package static func - (a: Self, b: Self) -> Self { a.combined(b, -) }

    private func combined(_ other: Self, _ combine: (Int, Int) -> Int) -> Self {
        SightingCounts(
            pictures: combine(pictures, other.pictures), expected: combine(expected, other.expected),
            incidents: combine(incidents, other.incidents), wornCorrectly: combine(wornCorrectly, other.wornCorrectly),
            wornIncorrectly: combine(wornIncorrectly, other.wornIncorrectly), without: combine(without, other.without),
            unknown: combine(unknown, other.unknown))
    }
}

/// What one camera, or one zone of it, saw in one bucket of time.
package struct StatisticsBucket: Hashable, Sendable {
    package var cameraID: CameraID
    /// Nil for the whole picture.
    package var zoneID: ZoneID?
    package var interval: StatisticsInterval
    package var start: Date
    package var counts: SightingCounts

    package init(
        cameraID: CameraID, zoneID: ZoneID? = nil, interval: StatisticsInterval, start: Date, counts: SightingCounts
    ) {
        self.cameraID = cameraID
        self.zoneID = zoneID
        self.interval = interval
        self.start = start
        self.counts = counts
    }
}
