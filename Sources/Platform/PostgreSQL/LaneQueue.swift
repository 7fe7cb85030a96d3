/// Who works and who waits: at most `size` lanes, each with one job at a time, jobs in the order in which they came. Pure:
/// the time is passed in.
struct LaneQueue<Job: Identifiable> {
    typealias Instant = ContinuousClock.Instant

    let size: Int
    private var idle: [Int] = []
    /// Lanes that have no connection.
    private var unused: [Int]
    /// Before which no unused lane is taken into use.
    private var growsAfter: Instant?
    private var waiting: [Job] = []

    init(size: Int) {
        precondition(size > 0, "a pool has at least one connection")
        self.size = size
        unused = (0..<size).reversed()
    }

    var openCount: Int { size - unused.count }
    var busyCount: Int { size - idle.count - unused.count }
    var waitingCount: Int { waiting.count }

    /// The lane that does the job; nil if it waits. The lane that became idle last comes first: its connection is the least
    /// likely to be stale.
    mutating func place(_ job: Job, at now: Instant) -> Int? {
        if let lane = idle.popLast() { return lane }
        if growsAfter.map({ $0 <= now }) ?? true, let lane = unused.popLast() { return lane }
        waiting.append(job)
        return nil
    }

    /// What the lane does next; nil if it is idle now.
    mutating func finished(_ lane: Int) -> Job? {
        guard waiting.isEmpty else { return waiting.removeFirst() }
        idle.append(lane)
        return nil
    }

    enum Surrender: Equatable {
        /// No other lane is there.
        case refused
        /// Another lane takes the job.
        case passed(to: Int)
        /// The job waits, before all others.
        case queued
    }

    /// Takes the lane out of use until `end`, because the server has no connection for it.
    mutating func surrender(_ lane: Int, _ job: Job, until end: Instant) -> Surrender {
        guard openCount > 1 else { return .refused }
        unused.append(lane)
        growsAfter = end
        if let other = idle.popLast() { return .passed(to: other) }
        waiting.insert(job, at: 0)
        return .queued
    }

    /// Takes out a job that has waited too long; nil if it is being done.
    mutating func withdraw(_ id: Job.ID) -> Job? {
        guard let index = waiting.firstIndex(where: { $0.id == id }) else { return nil }
        return waiting.remove(at: index)
    }
}
