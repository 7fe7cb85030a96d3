import Synchronization

/// Lets at most so many pieces of costly work run at once and refuses the rest, so that a burst of requests costs answers
/// and not memory.
final class WorkLimit: Sendable {
    private let maximum: Int
    private let running = Mutex(0)

    init(_ maximum: Int) { self.maximum = maximum }

    /// - Throws: `Problem`, 503, if enough is running.
    func run<Value: Sendable>(_ what: String, _ body: () async throws -> Value) async throws -> Value {
        let isAdmitted = running.withLock { running in
            guard running < maximum else { return false }
            running += 1
            return true
        }
        guard isAdmitted else { throw Problem.busy("Too many \(what) at once. Try again in a few seconds.") }
        defer { running.withLock { $0 -= 1 } }
        return try await body()
    }
}
