import Domain
package import Foundation
package import Imaging
import Inference
import ServiceLifecycle

/// Looks at pictures: decodes them, finds the faces, tells whether each wears a mask. The only place where that is done.
package final class FaceAnalyzer: PictureAnalyzer {
    let detector: FaceDetector
    let classifier: MaskClassifier
    private let decoder: PictureDecoder
    private let pool: BlockingPool
    /// Pictures of one call that are worked on side by side.
    let width: Int
    private let batch: Int

    /// - Parameters:
    ///   - concurrency: pictures of one call, or batches of them, that are worked on side by side; bounds the memory.
    ///   - batch: pictures of one shape that are given to the detector together. Worth it where a call costs much, as to
    ///     another machine.
    package init(
        detector: FaceDetector, classifier: MaskClassifier, limits: PictureLimits = PictureLimits(),
        concurrency: Int = 2, batch: Int = 1
    ) {
        self.detector = detector
        self.classifier = classifier
        decoder = PictureDecoder(limits: limits)
        width = max(1, concurrency)
        self.batch = max(1, batch)
        pool = BlockingPool(label: "maskwatch.vision", width: width)
    }

    /// `name/version` of the detector and the classifier.
    package var models: [String] { [detector.identity, classifier.identity] }

    package func analyze(_ pictures: [Data]) async throws -> [Result<PictureAnalysis, PictureError>] {
        let seen = try await lookAtAll(pictures)
        let crops = seen.flatMap { (try? $0.get())?.crops.compactMap { $0 } ?? [] }
        let clock = ContinuousClock()
        let start = clock.now
        var results = try await classifier.classify(crops)[...]
        let spent = clock.now - start
        return seen.map { picture in
            picture.map {
                $0.analysis(taking: &results, classify: crops.isEmpty ? .zero : spent, by: classifier, models)
            }
        }
    }

    private func lookAtAll(_ pictures: [Data]) async throws -> [Result<SeenPicture, PictureError>] {
        let batches = stride(from: 0, to: pictures.count, by: batch).map {
            Array(pictures[$0..<min($0 + batch, pictures.count)])
        }
        return try await batches.mapSideBySide(atMost: width) { try await self.look(at: $0) }.flatMap(\.self)
    }

    private func look(at pictures: [Data]) async throws -> [Result<SeenPicture, PictureError>] {
        let prepared = try await pictures.mapSideBySide(atMost: width) { [pool, decoder, detector] data in
            try await pool.run { PreparedPicture.result(of: data, decoder, for: detector) }
        }
        var watch = Stopwatch()
        let found = try await detect(prepared.map { try? $0.get() })
        let spent = watch.lap()
        return zip(prepared, found).map { picture, found in picture.map { $0.seen(found ?? [], after: spent) } }
    }

    /// The faces of each picture, those that could be read.
    private func detect(_ pictures: [PreparedPicture?]) async throws -> [[FoundFace]?] {
        var found: [[FoundFace]?] = []
        for (picture, looks) in zip(pictures, try await infer(pictures.map { $0?.looks ?? [] })) {
            guard let picture else {
                found.append(nil)
                continue
            }
            found.append(
                try await pool.run { [detector, classifier] in
                    try detector.detections(in: looks, size: picture.size).map {
                        FoundFace(
                            detection: $0,
                            crop: classifier.crop($0.box, from: picture.picture, scale: picture.scale))
                    }
                })
        }
        return found
    }

    /// What the network says of the looks at each picture; looks of one shape go through it together.
    private func infer(_ pictures: [[Look]]) async throws -> [[SeenLook]] {
        var seen = pictures.map { $0.map { _ in SeenLook?.none } }
        let places = pictures.indices.flatMap { picture in pictures[picture].indices.map { (picture, $0) } }
        for places in Dictionary(grouping: places, by: { pictures[$0][$1].tensor.shape }).values {
            let response = try await detector.infer(detector.joined(places.map { pictures[$0][$1].tensor }))
            for (item, (picture, look)) in places.enumerated() {
                seen[picture][look] = SeenLook(input: pictures[picture][look].input, response: response, item: item)
            }
        }
        return seen.map { $0.compactMap(\.self) }
    }
}

/// A decoded picture and the detector's inputs made of it.
struct PreparedPicture: Sendable {
    /// The pixels: fewer than `size` says if there are more than are of use.
    let picture: PixelBuffer
    /// As the picture is.
    let size: PictureSize
    let looks: [Look]
    let decoding: Duration
    let letterboxing: Duration

    /// Pixels of `picture` for one of `size`.
    var scale: Float { Float(picture.width) / Float(size.width) }

    /// - Throws: `PictureError`.
    init(_ data: Data, _ decoder: PictureDecoder, for detector: FaceDetector) throws(PictureError) {
        var watch = Stopwatch()
        picture = try decoder.decode(data, shortestUseful: detector.usefulSide)
        let isScaled = max(picture.width, picture.height) >= detector.usefulSide
        size = isScaled ? try decoder.size(of: data) : picture.size
        decoding = watch.lap()
        looks = detector.looks(at: picture, size: size)
        letterboxing = watch.lap()
    }

    static func result(
        of data: Data, _ decoder: PictureDecoder, for detector: FaceDetector
    ) -> Result<PreparedPicture, PictureError> {
        Result { () throws(PictureError) in try PreparedPicture(data, decoder, for: detector) }
    }

    fileprivate func seen(_ faces: [FoundFace], after detecting: Duration) -> SeenPicture {
        var timings = PictureAnalysis.Timings()
        timings.decode = decoding.milliseconds
        timings.detect = (detecting + letterboxing).milliseconds
        return SeenPicture(
            size: size, detections: faces.map(\.detection), crops: faces.map(\.crop), timings: timings)
    }
}

private struct FoundFace: Sendable {
    let detection: Detection
    /// Nil if the face is too small to be classified.
    let crop: TensorStorage?
}

/// A picture whose faces are found; the pixels are gone but for the crops.
private struct SeenPicture: Sendable {
    let size: PictureSize
    let detections: [Detection]
    /// One a detection; nil if the face is too small to be classified.
    let crops: [TensorStorage?]
    var timings: PictureAnalysis.Timings

    func analysis(
        taking results: inout ArraySlice<MaskScores.Result>, classify: Duration, by classifier: MaskClassifier,
        _ models: [String]
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
        return PictureAnalysis(width: size.width, height: size.height, faces: faces, timings: timings, models: models)
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
