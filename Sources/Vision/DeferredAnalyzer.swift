package import Foundation
package import Imaging
import Inference
import Synchronization

/// An analyzer that is made when it is first needed and the models can be asked for what they are. A process can then start
/// while every model server is away, and work when one comes.
package final class DeferredAnalyzer: PictureAnalyzer {
    private let made = Mutex<(any PictureAnalyzer)?>(nil)
    private let make: @Sendable () async throws -> any PictureAnalyzer

    /// - Parameter make: called again after it threw.
    package init(make: @escaping @Sendable () async throws -> any PictureAnalyzer) { self.make = make }

    package var models: [String] { made.withLock { $0 }?.models ?? [] }

    /// - Throws: `InferenceError`, `.unavailable` while the analyzer cannot be made: that is never the fault of a picture.
    package func analyze(_ pictures: [Data]) async throws -> [Result<PictureAnalysis, PictureError>] {
        let analyzer: any PictureAnalyzer
        do { analyzer = try await self.analyzer() } catch { throw InferenceError(.unavailable, "\(error)") }
        return try await analyzer.analyze(pictures)
    }

    /// Makes the analyzer unless it is there.
    /// - Throws: why it cannot be made.
    package func prepare() async throws { _ = try await analyzer() }

    private func analyzer() async throws -> any PictureAnalyzer {
        if let known = made.withLock({ $0 }) { return known }
        let analyzer = try await make()
        made.withLock { $0 = analyzer }
        return analyzer
    }
}
