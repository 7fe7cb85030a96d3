import Messaging

/// Which messages wait to be sent, which wait for the broker's confirm, and what an answer means for them.
struct PublishWindow {
    struct Entry: Sendable {
        let queue: String
        let message: BrokerMessage
        let deadline: ContinuousClock.Instant
        let completion: @Sendable (Result<Void, QueueError>) -> Void
        /// What the broker said when it had no queue for it and sent it back; its confirm follows.
        var returnedAs: String?
    }

    /// Messages in flight at most.
    private let width: Int
    private var waiting: [Entry] = []
    private var inFlight: [UInt64: Entry] = [:]
    /// Came back; they wait until their queue was declared again.
    private var parked: [Entry] = []
    private var oldestTag: UInt64 = 1
    private var nextTag: UInt64 = 1

    init(width: Int) { self.width = width }

    /// The queues that the broker did not have.
    var missingQueues: Set<String> { Set(parked.map(\.queue)) }

    mutating func add(_ entry: Entry) { waiting.append(entry) }

    /// What may be sent now, in order, with the number that the broker will confirm it by.
    mutating func takeSendable() -> [(tag: UInt64, entry: Entry)] {
        let count = min(waiting.count, width - inFlight.count)
        guard count > 0 else { return [] }
        let taken = waiting.prefix(count).map { entry in
            defer { nextTag += 1 }
            inFlight[nextTag] = entry
            return (nextTag, entry)
        }
        waiting.removeFirst(count)
        return taken
    }

    /// The broker had no queue for the message; to be called before its confirm.
    mutating func markReturned(_ tag: UInt64, as reason: String) {
        inFlight[tag]?.returnedAs = reason
    }

    /// Entries that the confirm settles. Numbers that are not known, because their time was up, are skipped.
    mutating func confirm(_ tag: UInt64, multiple: Bool) -> [Entry] {
        guard multiple else { return inFlight.removeValue(forKey: tag).map { [$0] } ?? [] }
        guard tag >= oldestTag else { return [] }
        defer { oldestTag = tag + 1 }
        return (oldestTag...tag).compactMap { inFlight.removeValue(forKey: $0) }
    }

    mutating func park(_ entry: Entry) { parked.append(entry) }

    /// What came back is sent again, first: its queue was declared again.
    mutating func unpark() {
        waiting =
            parked.map { entry in
                var entry = entry
                entry.returnedAs = nil
                return entry
            } + waiting
        parked = []
    }

    /// The channel is gone: what was not confirmed is sent again on the next one, in order, before what waits.
    mutating func restart() {
        unpark()
        waiting = inFlight.sorted { $0.key < $1.key }.map(\.value) + waiting
        inFlight = [:]
        (oldestTag, nextTag) = (1, 1)
    }

    /// Takes out what has waited for too long.
    mutating func expire(at now: ContinuousClock.Instant) -> [Entry] {
        let late = inFlight.filter { $0.value.deadline <= now }
        for tag in late.keys { inFlight[tag] = nil }
        let expired = (parked + waiting).filter { $0.deadline <= now }
        if !expired.isEmpty {
            parked.removeAll { $0.deadline <= now }
            waiting.removeAll { $0.deadline <= now }
        }
        return late.sorted { $0.key < $1.key }.map(\.value) + expired
    }

    mutating func removeAll() -> [Entry] {
        restart()
        defer { waiting = [] }
        return waiting
    }
}
