package import Domain
package import Foundation
package import Logging
package import Notifications
package import Persistence
import ServiceLifecycle

/// Keeps channels that show how the cameras are up to date: what the database says, every few seconds.
package final class LiveStateService: Service {
    package let name = "live state"
    private let database: any Repositories
    private let display: any LiveStateDisplay
    private let keepsEvidenceFor: TimeInterval
    private let interval: Duration
    private let now: @Sendable () -> Date
    private let logger: Logger

    /// - Parameter keepsEvidenceFor: seconds for which the pictures of a closed incident are kept.
    package init(
        _ database: any Repositories, _ display: any LiveStateDisplay, keepsEvidenceFor: TimeInterval,
        interval: Duration = .seconds(5), now: @escaping @Sendable () -> Date = { Date() }, logger: Logger
    ) {
        self.database = database
        self.display = display
        self.keepsEvidenceFor = keepsEvidenceFor
        self.interval = interval
        self.now = now
        self.logger = logger
    }

    package func run() async throws {
        var troubles: [ChannelID: String] = [:]
        var failures = 0
        while !Task.isCancelled {
            do {
                let now = try await update()
                for (channel, reason) in now where troubles[channel] == nil {
                    logger.warning(
                        "a channel cannot be shown how the cameras are",
                        [.channel: channel.description, .reason: reason])
                }
                troubles = now
                failures = 0
            } catch {
                failures += 1
                if failures == 1 { logger.error("cannot read how the cameras are", [.error: "\(error)"]) }
            }
            try? await Task.sleep(for: failures == 0 ? interval : RetryPolicy().delay(attempt: failures))
        }
        await display.stop()
    }

    /// Reads and shows once.
    /// - Returns: of the channels on which it could not be shown, why.
    package func update() async throws -> [ChannelID: String] {
        let channels = try await database.channels.channels().filter { $0.isEnabled && display.shows($0) }
        return await display.show(channels.isEmpty ? LiveState() : try await state(), on: channels)
    }

    private func state() async throws -> LiveState {
        let statuses = try await database.cameras.statuses()
        let open = try await database.incidents.camerasWithIncidents(since: nil)
        let since = now().addingTimeInterval(-keepsEvidenceFor)
        let recent = try await database.incidents.camerasWithIncidents(since: since)
        let latest = Dictionary(try await database.observations.latest().map { ($0.cameraID, $0) }) { first, _ in first
        }
        return LiveState(
            cameras: try await database.cameras.cameras().filter(\.isEnabled).map { camera in
                let seen = latest[camera.id]
                let faces = MaskState.allCases.map { ($0, seen?.count(of: $0) ?? 0) }
                return LiveState.Camera(
                    id: camera.id, name: camera.name, isOnline: statuses[camera.id]?.state == .online,
                    hasOpenIncident: open.contains(camera.id), faces: Dictionary(uniqueKeysWithValues: faces),
                    keepsEvidence: recent.contains(camera.id))
            })
    }
}
