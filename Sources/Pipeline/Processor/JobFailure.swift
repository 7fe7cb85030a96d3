import Foundation
import Imaging
import Inference
import Messaging
import ObjectStorage

/// What becomes of a job whose work failed.
enum JobFailure: Hashable {
    case dead(DeadLetter.Reason)
    /// This job failed and may succeed later.
    case retry(DeadLetter.Reason, after: Duration)
    /// Nothing is wrong with the job: what it needs is away. It goes back uncounted, and the stage pauses.
    case pause(String)

    /// Deliveries after which a missing object is taken for gone; it may only be late.
    static let objectAttempts = 4

    init(_ error: any Error, attempt: Int) {
        switch error {
        case let error as PictureError: self = .dead(.init(code: "picture_invalid", message: error.message))
        case let error as ObjectStoreError: self = Self(storage: error, attempt: attempt)
        case let error as InferenceError where error.isRetriable: self = .pause("the model: \(error.message)")
        case let error as InferenceError: self = Self.failed("inference_failed", "\(error)", attempt)
        case let error as QueueError: self = .pause("the queue: \(error.message)")
        default: self = Self.failed("failed", "\(error)", attempt)
        }
    }

    private init(storage error: ObjectStoreError, attempt: Int) {
        switch error.code {
        case .notFound where attempt >= Self.objectAttempts:
            self = .dead(.init(code: "object_gone", message: error.message))
        case .notFound: self = Self.failed("object_gone", error.message, attempt)
        case .tooLarge: self = .dead(.init(code: "picture_invalid", message: error.message))
        default: self = .pause("the object store: \(error.message)")
        }
    }

    private static func failed(_ code: String, _ message: String, _ attempt: Int) -> JobFailure {
        .retry(.init(code: code, message: message), after: .seconds(1 << min(max(attempt, 1) - 1, 6)))
    }
}
