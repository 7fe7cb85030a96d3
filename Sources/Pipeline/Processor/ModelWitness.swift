import Foundation
import Synchronization
import Vision

/// Tells models that fail from a picture that makes them fail: a picture that they could look at before is shown to them
/// again.
final class ModelWitness: Sendable {
    private struct Seen {
        let picture: Data
        let hasFaces: Bool
    }

    private let last = Mutex<Seen?>(nil)

    /// Keeps a picture that was looked at, the latest one with faces: such a picture asks every network.
    func remember(_ picture: Data, _ analysis: PictureAnalysis) {
        let seen = Seen(picture: picture, hasFaces: !analysis.faces.isEmpty)
        last.withLock { if seen.hasFaces || $0?.hasFaces != true { $0 = seen } }
    }

    var hasPicture: Bool { last.withLock { $0 != nil } }

    /// Whether the models can look at that picture now; nil while there is none.
    func isSeen(by analyzer: any PictureAnalyzer) async -> Bool? {
        guard let picture = last.withLock({ $0?.picture }) else { return nil }
        return (try? await analyzer.analyze(picture)) != nil
    }
}
