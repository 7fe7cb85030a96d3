package import Foundation
package import Imaging
package import Inference
import Synchronization

/// Looks at pictures by the model `maskwatch` of a model server: the files go there, the faces come back.
package final class RemoteFaceAnalyzer: PictureAnalyzer {
    private let backend: any InferenceBackend
    private let known: Mutex<[String]>

    /// Of one request: what a server takes, with room to spare.
    private static let maximumPictures = 16
    private static let maximumBytes = 48 << 20

    /// - Parameters:
    ///   - backend: serves the model `maskwatch`.
    ///   - version: the one it serves, for the record until it answers.
    package init(backend: any InferenceBackend, version: String) {
        self.backend = backend
        known = Mutex(["\(MaskwatchModel.name)/\(version)"])
    }

    /// Of the latest answer: a server may have got others in the meantime.
    package var models: [String] { known.withLock { $0 } }

    /// The time a picture took is that of the request it was in: `detect` and `total`.
    package func analyze(_ pictures: [Data]) async throws -> [Result<PictureAnalysis, PictureError>] {
        var results: [Result<PictureAnalysis, PictureError>] = []
        for group in Self.groups(pictures) { results += try await look(at: group) }
        return results
    }

    /// As many pictures as fit into one request each; one that is too large for any is alone.
    static func groups(_ pictures: [Data]) -> [[Data]] {
        var groups: [[Data]] = []
        var bytes = 0
        for picture in pictures {
            if let last = groups.last, last.count < maximumPictures, bytes + picture.count <= maximumBytes {
                groups[groups.count - 1].append(picture)
                bytes += picture.count
            } else {
                groups.append([picture])
                bytes = picture.count
            }
        }
        return groups
    }

    private func look(at pictures: [Data]) async throws -> [Result<PictureAnalysis, PictureError>] {
        let start = ContinuousClock.now
        do {
            let response = try await backend.infer(MaskwatchModel.request(pictures))
            known.withLock { $0 = MaskwatchModel.models(of: response) }
            let milliseconds = (ContinuousClock.now - start) / .milliseconds(1)
            return try MaskwatchModel.results(in: response, count: pictures.count).map { result in
                result.map { analysis in
                    var analysis = analysis
                    analysis.timings.detect = milliseconds
                    analysis.timings.total = milliseconds
                    return analysis
                }
            }
        } catch let error as InferenceError where error.code == .invalidRequest {
            return try await lookAtEach(pictures, after: error)
        }
    }

    /// A server refuses a request in which nothing can be read; which picture is to blame for what shows when each is alone.
    private func lookAtEach(
        _ pictures: [Data], after error: InferenceError
    ) async throws -> [Result<PictureAnalysis, PictureError>] {
        guard pictures.count > 1 else {
            guard let detail = error.detail else { throw error }
            return [.failure(PictureError(PictureError.Code(rawValue: detail.code) ?? .unreadable, detail.message))]
        }
        var results: [Result<PictureAnalysis, PictureError>] = []
        for picture in pictures { results += try await look(at: [picture]) }
        return results
    }
}
