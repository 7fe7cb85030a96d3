package import Foundation
package import Imaging
package import Inference

/// Looks at pictures by the model `maskwatch` of a model server: the files go there, the faces come back.
package final class RemoteFaceAnalyzer: PictureAnalyzer {
    package let models: [String]
    private let backend: any InferenceBackend

    /// Of one request: what a server takes, with room to spare.
    private static let maximumPictures = 16
    private static let maximumBytes = 48 << 20

    /// - Parameters:
    ///   - backend: serves the model `maskwatch`.
    ///   - version: the one it serves, for the record.
    package init(backend: any InferenceBackend, version: String) {
        self.backend = backend
        models = ["\(MaskwatchModel.name)/\(version)"]
    }

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
            guard let problem = MaskwatchModel.pictureError(toldBy: error.message) else { throw error }
            return [.failure(problem)]
        }
        var results: [Result<PictureAnalysis, PictureError>] = []
        for picture in pictures { results += try await look(at: [picture]) }
        return results
    }
}

extension MaskwatchModel {
    /// What is wrong with a picture, if the sentence of a refusal ends with that (`... code: sentence`).
    static func pictureError(toldBy text: String) -> PictureError? {
        let found = PictureError.Code.allCases.compactMap { code in
            text.range(of: " \(code.rawValue): ", options: .backwards).map { (code, $0) }
        }
        return found.max { $0.1.lowerBound < $1.1.lowerBound }.map { PictureError($0, String(text[$1.upperBound...])) }
    }
}
