import Domain
package import Foundation
package import Imaging
import Inference
import ServiceLifecycle

/// Looks at pictures: decodes them, finds the faces, tells whether each wears a mask. The only place where that is done.
package final class FaceAnalyzer: Sendable {
    let detector: FaceDetector
    let classifier: MaskClassifier
    private let decoder: PictureDecoder
    private let pool: BlockingPool
    /// Pictures that are worked on side by side.
    let width: Int

    /// - Parameter concurrency: pictures that are worked on side by side; bounds the memory.
    package init(
        detector: FaceDetector, classifier: MaskClassifier, limits: PictureLimits = PictureLimits(),
        concurrency: Int = 2
    ) {
        self.detector = detector
        self.classifier = classifier
        decoder = PictureDecoder(limits: limits)
        width = max(1, concurrency)
        pool = BlockingPool(label: "maskwatch.vision", width: width)
    }

    /// `name/version` of the detector and the classifier.
    package var models: [String] { [detector.identity, classifier.identity] }

    /// - Parameter pictures: JPEG or PNG files.
    /// - Returns: one result a picture, in their order; a picture that cannot be read fails alone.
    /// - Throws: `InferenceError` if the backend fails: nothing is known of any of the pictures then.
    package func analyze(_ pictures: [Data]) async throws -> [Result<PictureAnalysis, PictureError>] {
        let seen = try await lookAtAll(pictures)
        let crops = seen.flatMap { (try? $0.get())?.crops.compactMap { $0 } ?? [] }
        let clock = ContinuousClock()
        let start = clock.now
        var results = try await classifier.classify(crops)[...]
        let spent = clock.now - start
        return seen.map { picture in
            picture.map { $0.analysis(taking: &results, classify: crops.isEmpty ? .zero : spent, by: classifier) }
        }
    }

    /// One picture.
    /// - Throws: `PictureError` or `InferenceError`.
    package func analyze(_ picture: Data) async throws -> PictureAnalysis {
        try await analyze([picture])[0].get()
    }

    private func lookAtAll(_ pictures: [Data]) async throws -> [Result<SeenPicture, PictureError>] {
        try await withThrowingTaskGroup(of: (Int, Result<SeenPicture, PictureError>).self) { group in
            var seen: [Int: Result<SeenPicture, PictureError>] = [:]
            for (index, picture) in pictures.enumerated() {
                if index >= width, let done = try await group.next() { seen[done.0] = done.1 }
                group.addTask { (index, try await self.look(at: picture)) }
            }
            for try await done in group { seen[done.0] = done.1 }
            return pictures.indices.compactMap { seen[$0] }
        }
    }

    private func look(at data: Data) async throws -> Result<SeenPicture, PictureError> {
        var watch = Stopwatch()
        let prepared: PreparedPicture
        do {
            prepared = try await pool.run { [decoder, detector] in
                try PreparedPicture(data, decoder, for: detector)
            }
        } catch let error as PictureError { return .failure(error) }
        let decode = watch.lap() - prepared.letterboxing
        let response = try await detector.infer(prepared.tensor)
        let faces = try await pool.run { [detector, classifier] in
            let found = try detector.detections(in: response, prepared.input, size: prepared.size)
            return found.map { ($0, classifier.crop($0.box, from: prepared.picture, scale: prepared.scale)) }
        }
        var timings = PictureAnalysis.Timings()
        timings.decode = decode.milliseconds
        timings.detect = (watch.lap() + prepared.letterboxing).milliseconds
        return .success(
            SeenPicture(
                size: prepared.size, detections: faces.map(\.0), crops: faces.map(\.1), timings: timings))
    }
}

/// A decoded picture and the detector's input made of it.
struct PreparedPicture: Sendable {
    /// The pixels: fewer than `size` says if there are more than are of use.
    let picture: PixelBuffer
    /// As the picture is.
    let size: PictureSize
    let input: DetectorInput
    let tensor: Tensor
    let letterboxing: Duration

    /// Pixels of `picture` for one of `size`.
    var scale: Float { Float(picture.width) / Float(size.width) }

    /// - Throws: `PictureError`.
    init(_ data: Data, _ decoder: PictureDecoder, for detector: FaceDetector) throws {
        picture = try decoder.decode(data, shortestUseful: detector.usefulSide)
        let isScaled = max(picture.width, picture.height) >= detector.usefulSide
        size = isScaled ? try decoder.size(of: data) : picture.size
        var watch = Stopwatch()
        input = detector.input(for: size)
        tensor = detector.tensor(of: picture, input)
        letterboxing = watch.lap()
    }
}

/// A picture whose faces are found; the pixels are gone but for the crops.
private struct SeenPicture: Sendable {
    let size: PictureSize
    let detections: [Detection]
    /// One a detection; nil if the face is too small to be classified.
    let crops: [TensorStorage?]
    var timings: PictureAnalysis.Timings

    func analysis(
        taking results: inout ArraySlice<MaskScores.Result>, classify: Duration, by classifier: MaskClassifier
    ) -> PictureAnalysis {
        var faces: [Face] = []
        for (detection, crop) in zip(detections, crops) {
            let result = crop == nil ? nil : results.popFirst()
            let state = classifier.isTooSmall(detection.box) ? .unknown : result?.state ?? .unknown
            faces.append(
                Face(
                    box: detection.box, score: detection.score, mask: state,
                    maskScore: result?.score ?? 0, maskScores: result?.scores ?? [:]))
        }
        var timings = timings
        timings.classify = classify.milliseconds
        timings.total = timings.decode + timings.detect + timings.classify
        return PictureAnalysis(width: size.width, height: size.height, faces: faces, timings: timings)
    }
}

private struct Stopwatch {
    private var last = ContinuousClock.now

    /// Time since the last lap.
    mutating func lap() -> Duration {
        let now = ContinuousClock.now
        defer { last = now }
        return now - last
    }
}

extension Duration {
    fileprivate var milliseconds: Double { self / .milliseconds(1) }
}

extension PixelBuffer {
    fileprivate var size: PictureSize { PictureSize(width: width, height: height) }
}
