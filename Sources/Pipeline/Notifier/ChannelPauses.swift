import Domain
import Foundation

/// Which channels are being delivered to now, and which are left alone for a while because their receiver failed: a
/// receiver that is down gets one attempt a pause, not one a message.
struct ChannelPauses: Sendable {
    private var busy: Set<ChannelID> = []
    private var pausedUntil: [ChannelID: Date] = [:]

    /// False if it is busy or pausing; otherwise it is busy from now on.
    mutating func begin(_ channel: ChannelID, at now: Date) -> Bool {
        if let end = pausedUntil[channel] {
            guard end <= now else { return false }
            pausedUntil[channel] = nil
        }
        return busy.insert(channel).inserted
    }

    mutating func end(_ channel: ChannelID, pausedUntil end: Date?) {
        busy.remove(channel)
        pausedUntil[channel] = end
    }

    /// Forgets channels that are no more.
    mutating func keep(only channels: Set<ChannelID>) {
        pausedUntil = pausedUntil.filter { channels.contains($0.key) }
    }
}
