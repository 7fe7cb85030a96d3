package import Domain
package import Foundation
package import Logging
package import Messaging
package import Persistence
import ServiceLifecycle

/// Looks every few seconds at what no picture tells: cameras and a system in trouble, schedules that ended, incidents that
/// nothing can close any more, pictures that were to be taken, messages that were held back.
package final class ReviewService: Service {
    package let name = "review"

    private let observations: any ObservationRepository
    private let snapshots: any WorkQueue
    private let broadcast: any Broadcast
    private let timeZone: TimeZone
    private let overallLimits: MessageLimits?
    private let interval: Duration
    private let logger: Logger
    private let now: @Sendable () -> Date

    /// - Parameters:
    ///   - snapshots: where pictures wait to be looked at.
    ///   - timeZone: of cameras that belong to no site.
    ///   - overallLimits: of the messages of all rules together.
    package init(
        observations: any ObservationRepository, snapshots: any WorkQueue, broadcast: any Broadcast,
        timeZone: TimeZone, overallLimits: MessageLimits? = nil, interval: Duration = .seconds(5), logger: Logger,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.observations = observations
        self.snapshots = snapshots
        self.broadcast = broadcast
        self.timeZone = timeZone
        self.overallLimits = overallLimits
        self.interval = interval
        self.logger = logger.labelled("review")
        self.now = now
    }

    package func run() async throws {
        await withTaskGroup { group in
            group.addTask {
                while !Task.isCancelled {
                    await self.review()
                    try? await Task.sleep(for: self.interval)
                }
            }
            group.addTask {
                for await change in self.broadcast.subscribe() where change.mayEndIncidents { await self.review() }
            }
        }
    }

    /// One look; one that fails comes again with the next.
    package func review() async {
        do {
            let review = TimeReview(
                timeZone: timeZone, oldestWaiting: try await snapshots.depth().oldest, overallLimits: overallLimits,
                now: now())
            for incident in try await observations.review(at: now(), plan: { review.plan($0) }) {
                await broadcast.publish(.incident(incident))
            }
        } catch {
            logger.warning("the review will try again", [.error: "\(error)"])
        }
    }
}

extension Change {
    /// Whether an incident may have lost what could close it.
    fileprivate var mayEndIncidents: Bool {
        switch self {
        case .rules, .camera, .sites: true
        case .observed, .incident, .channels: false
        }
    }
}
