import Domain
package import Foundation
import Imaging

/// Looks at every picture of an annotated data set and reports how well: `evaluate`.
package struct EvaluationRun: Sendable {
    /// For the detector of an evaluation: average precision needs the doubtful faces too.
    package static let detectorSettings = FaceDetector.Settings(score: 0.01)

    private let analyzer: any PictureAnalyzer
    private let operatingScore: Float
    private static let batch = 8

    /// - Parameters:
    ///   - analyzer: its detector made with `detectorSettings`.
    ///   - operatingScore: from which score on a face would be shown; for the confusion.
    package init(analyzer: any PictureAnalyzer, operatingScore: Float) {
        self.analyzer = analyzer
        self.operatingScore = operatingScore
    }

    /// - Parameters:
    ///   - images: the folder that the file names of the annotations are relative to.
    ///   - progress: called with the number of pictures done.
    /// - Throws: `EvaluationError` naming the first picture that cannot be read, `InferenceError`.
    package func run(
        _ dataset: COCODataset, images: URL, progress: (Int) -> Void = { _ in }
    ) async throws -> EvaluationDetails {
        let start = ContinuousClock.now
        var evaluation = Evaluation(operatingScore: operatingScore)
        var worst = WorstPictures()
        var done = 0
        while done < dataset.pictures.count {
            let pictures = dataset.pictures[done..<min(dataset.pictures.count, done + Self.batch)]
            let files = pictures.map { Self.file($0.file, in: images) }
            let data = try zip(pictures, files).map { picture, file in
                do throws(PictureError) { return try PictureDecoder().read(file) } catch {
                    throw EvaluationError("\(picture.file): \(error.message)")
                }
            }
            let results = try await analyzer.analyze(data)
            for ((picture, file), result) in zip(zip(pictures, files), results) {
                switch result {
                case .success(let analysis):
                    let matching = evaluation.add(picture.truths, found: analysis.faces)
                    worst.add(file, name: picture.file, analysis, matching)
                case .failure(let error): throw EvaluationError("\(picture.file): \(error.message)")
                }
            }
            done += pictures.count
            progress(done)
        }
        return EvaluationDetails(
            report: evaluation.report(seconds: (ContinuousClock.now - start) / .seconds(1)),
            curves: evaluation.curves(),
            worst: worst.pictures, operatingScore: operatingScore)
    }

    /// The file as it is named; where it is missing, the same picture converted to JPEG or PNG.
    private static func file(_ name: String, in folder: URL) -> URL {
        let named = folder.appending(path: name)
        let stem = named.deletingPathExtension()
        let candidates = [named] + ["jpg", "jpeg", "png"].map { stem.appendingPathExtension($0) }
        return candidates.first { FileManager.default.fileExists(atPath: $0.path) } ?? named
    }
}
