import Synchronization

/// The moments on the path of a picture after which a process may end for ever.
enum CrashPoint: String, CaseIterable {
    case stored, announced
    case jobReceived, pictureFetched, pictureAnalysed, observationPublished, jobAcknowledged
    case observationReceived, observationRecorded, observationAcknowledged

    enum Role: CaseIterable {
        case grabber, processor, analyzer
    }

    var role: Role {
        switch self {
        case .stored, .announced: .grabber
        case .jobReceived, .pictureFetched, .pictureAnalysed, .observationPublished, .jobAcknowledged: .processor
        case .observationReceived, .observationRecorded, .observationAcknowledged: .analyzer
        }
    }
}

/// The life of one process. After its end nothing it does has any effect: every call to what is outside fails.
final class Life: Sendable {
    private struct State {
        var left: Int?
        var isOver = false
    }

    private let end: CrashPoint?
    private let state: Mutex<State>

    /// - Parameter occurrence: it ends when `point` is reached for the `occurrence`-th time.
    init(endsAt point: CrashPoint, occurrence: Int) {
        end = point
        state = Mutex(State(left: occurrence))
    }

    private init() {
        end = nil
        state = Mutex(State(left: nil))
    }

    static let long = Life()

    var isOver: Bool { state.withLock { $0.isOver } }

    /// What is done outside, in the life of the process.
    /// - Throws: `LifeIsOver`.
    func act<Result: Sendable>(_ body: () async throws -> Result) async throws -> Result {
        guard !isOver else { throw LifeIsOver() }
        return try await body()
    }

    /// - Throws: `LifeIsOver` if the process ends here.
    func reach(_ point: CrashPoint?, times: Int = 1) throws {
        guard let point, point == end else { return }
        let isOver = state.withLock { state in
            guard let left = state.left else { return state.isOver }
            state.left = left > times ? left - times : nil
            state.isOver = state.left == nil
            return state.isOver
        }
        if isOver { throw LifeIsOver() }
    }
}

struct LifeIsOver: Error {}
