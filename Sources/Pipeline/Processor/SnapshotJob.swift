import Domain
import Foundation
import Messaging

/// What a delivery of the queue `snapshots` asks for.
enum SnapshotJob {
    case analyze(SnapshotTaken)
    /// Never worth trying again.
    case dead(DeadLetter.Reason)

    /// - Parameters:
    ///   - limit: pictures taken longer ago are not looked at any more.
    init(_ delivery: Delivery, now: Date, limit: Duration) {
        guard let snapshot = try? JSON.decode(SnapshotTaken.self, from: delivery.body) else {
            self = .dead(.init(code: "message_invalid", message: "the message is no snapshot in JSON"))
            return
        }
        if let problem = Self.problem(with: snapshot) {
            self = .dead(.init(code: "message_invalid", message: problem))
            return
        }
        let age = now.timeIntervalSince(snapshot.takenAt)
        if age > limit / .seconds(1) {
            let message = "the picture was taken \(Int(age)) s ago, the limit is \(Int(limit / .seconds(1))) s"
            self = .dead(.init(code: "expired", message: message))
            return
        }
        self = .analyze(snapshot)
    }

    private static func problem(with snapshot: SnapshotTaken) -> String? {
        guard snapshot.version == SnapshotTaken.schemaVersion else {
            return "the message has version \(snapshot.version), this program reads \(SnapshotTaken.schemaVersion)"
        }
        // A job may only name the picture it is about.
        guard snapshot.objectKey.snapshotID == snapshot.snapshotID else {
            return "the object key \(snapshot.objectKey) is not that of snapshot \(snapshot.snapshotID)"
        }
        return nil
    }
}
