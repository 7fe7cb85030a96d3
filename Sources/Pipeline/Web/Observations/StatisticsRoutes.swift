import Domain
import Foundation
import HTTPTypes
import Persistence

/// Sightings over time.
struct StatisticsRoutes: Sendable {
    let statistics: any StatisticsRepository

    static let maximumBuckets = 5000

    private struct Series: Encodable {
        let interval: StatisticsInterval
        let buckets: [BucketView]
    }

    private struct BucketView: Encodable {
        let cameraID: CameraID
        let start: Date
        let pictures: Int
        let wornCorrectly: Int
        let wornIncorrectly: Int
        let without: Int
        let unknown: Int
        @Nullable var compliance: Double?

        init(_ bucket: StatisticsBucket) {
            cameraID = bucket.cameraID
            start = bucket.start
            pictures = bucket.pictures
            wornCorrectly = bucket.wornCorrectly
            wornIncorrectly = bucket.wornIncorrectly
            without = bucket.without
            unknown = bucket.unknown
            compliance = bucket.compliance
        }
    }

    /// By default the last 24 hours by the hour.
    func show(_ request: WebRequest) async throws -> HTTPResponse {
        var query = QueryReader(request.http)
        let camera: CameraID? = query.identifier("camera")
        let interval: StatisticsInterval = query.choice("interval") ?? .hour
        let to = query.date("to") ?? request.now
        let from = query.date("from") ?? to.addingTimeInterval(-86_400)
        try query.finish()
        guard from < to else { throw Problem.invalid("from", "This must be before 'to'.") }
        guard to.timeIntervalSince(from) / interval.seconds <= Double(Self.maximumBuckets) else { throw Self.tooMany }
        let buckets = try await statistics.buckets(camera: camera, interval: interval, from: from, to: to)
        guard buckets.count <= Self.maximumBuckets else { throw Self.tooMany }
        return try .json(Series(interval: interval, buckets: buckets.map(BucketView.init)))
    }

    private static let tooMany = Problem.invalid(
        "interval", "This would be more than \(maximumBuckets) values: ask for a shorter time or a longer interval.")
}

extension StatisticsInterval {
    fileprivate var seconds: TimeInterval {
        switch self {
        case .minute: 60
        case .hour: 3600
        case .day: 86_400
        }
    }
}
