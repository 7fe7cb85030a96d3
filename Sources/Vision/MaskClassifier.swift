import Domain
import Foundation
import Imaging
package import Inference

/// Tells whether a face wears a mask: stage 2.
package struct MaskClassifier: Sendable {
    package let identity: String
    private let model: String
    private let backend: any InferenceBackend
    private let inputName: String
    private let output: String
    private let size: Int
    private let margin: Float
    private let isMirrored: Bool
    private let minimumSize: Float
    private let scores: MaskScores
    /// Whether faces too small to tell are scored all the same; their state stays unknown.
    private let scoresEveryFace: Bool

    /// Faces that go through the network at once; bounds its memory.
    let batchSize: Int

    /// - Parameters:
    ///   - backend: serves the package's network under the package's name.
    ///   - scoresEveryFace: for an evaluation: faces too small to tell are scored too, and stay unknown.
    /// - Throws: `ModelPackageError` if the package is no classifier.
    package init(
        _ package: ModelPackage, backend: any InferenceBackend, scoresEveryFace: Bool = false
    ) throws(ModelPackageError) {
        let model = package.description
        guard model.task == .maskClassification, let output = model.output, let size = model.input.width else {
            throw ModelPackageError(.invalid, "model package \(package.identity) is no mask classifier")
        }
        identity = package.identity
        self.scoresEveryFace = scoresEveryFace
        self.model = package.name
        self.backend = backend
        inputName = model.input.name
        self.output = output
        self.size = size
        batchSize = model.input.batch ?? 8
        margin = model.crop?.margin ?? 0
        isMirrored = model.crop?.mirrored ?? false
        minimumSize = model.thresholds.minimumSize ?? 0
        scores = MaskScores(
            labels: model.labels.compactMap(MaskState.init(rawValue:)), temperature: model.temperature ?? 1,
            unknownBelow: model.thresholds.unknownBelow ?? 0)
    }

    /// The face as the network wants it, or nil if it is too small to tell; heavy, does not wait.
    /// - Parameters:
    ///   - original: in pixels of the picture as it was taken.
    ///   - scale: pixels of `picture` for one of those.
    func crop(_ original: Box, from picture: PixelBuffer, scale: Float = 1) -> TensorStorage? {
        guard scoresEveryFace || !isTooSmall(original) else { return nil }
        let box = Box(
            x: original.x * scale, y: original.y * scale, width: original.width * scale,
            height: original.height * scale)
        let side = Double(max(box.width, box.height)) * (1 + 2 * Double(margin))
        return unsafe TensorStorage(byteCount: cropBytes) { bytes in
            unsafe Resampler.cropSquare(
                picture, x: Double(box.x) + (Double(box.width) - side) / 2,
                y: Double(box.y) + (Double(box.height) - side) / 2, side: side, into: bytes.bindMemory(to: UInt8.self),
                size: size)
        }
    }

    func isTooSmall(_ box: Box) -> Bool { min(box.width, box.height) < minimumSize }

    /// - Returns: one result a crop, in their order.
    /// - Throws: `InferenceError`.
    func classify(_ crops: [TensorStorage]) async throws -> [MaskScores.Result] {
        guard isMirrored else { return try await logits(of: crops).map { try scores.result($0) } }
        // Both looks of a few faces fill one batch.
        let logits = try await logits(of: crops + crops.map(mirrored))
        return try crops.indices.map { index in
            try scores.result(zip(logits[index], logits[crops.count + index]).map { ($0 + $1) / 2 })
        }
    }

    private func logits(of crops: [TensorStorage]) async throws -> [[Float]] {
        var rows: [[Float]] = []
        while rows.count < crops.count {
            let count = min(batchSize, crops.count - rows.count)
            rows += try await batchLogits(Array(crops[rows.count..<rows.count + count]))
        }
        return rows
    }

    private func mirrored(_ crop: TensorStorage) -> TensorStorage {
        unsafe TensorStorage(byteCount: cropBytes) { target in
            unsafe crop.withUnsafeBytes { source in
                for row in 0..<size {
                    for column in 0..<size {
                        let from = (row * size + column) * PixelBuffer.channels
                        let to = (row * size + size - 1 - column) * PixelBuffer.channels
                        for channel in 0..<PixelBuffer.channels { unsafe target[to + channel] = source[from + channel] }
                    }
                }
            }
        }
    }

    /// Runs every batch size once, so that no picture has to wait until one is made ready.
    /// - Throws: `InferenceError`.
    func warmUp() async throws {
        for count in 1...batchSize {
            let tensor = Tensor.grey(name: inputName, shape: [count, size, size, PixelBuffer.channels])
            _ = try await backend.infer(InferRequest(model: model, inputs: [tensor]))
        }
    }

    private var cropBytes: Int { size * size * PixelBuffer.channels }

    private func batchLogits(_ crops: [TensorStorage]) async throws -> [[Float]] {
        let shape = [crops.count, size, size, PixelBuffer.channels]
        let tensor = Tensor(name: inputName, type: .uint8, shape: shape, storage: .joined(crops))
        let response = try await backend.infer(InferRequest(model: model, inputs: [tensor]))
        let logits = try response.output(output)
        guard logits.type == .float32, logits.shape == [crops.count, scores.labels.count] else {
            throw InferenceError(
                .invalidModel,
                "output '\(output)' has shape \(logits.shape), expected \([crops.count, scores.labels.count])")
        }
        let rows = unsafe logits.withFloats { unsafe Array($0) }
        return crops.indices.map { index in
            Array(rows[index * scores.labels.count..<(index + 1) * scores.labels.count])
        }
    }
}

/// From logits to a mask state.
struct MaskScores: Sendable {
    let labels: [MaskState]
    let temperature: Float
    let unknownBelow: Float

    struct Result: Hashable, Sendable {
        let state: MaskState
        let score: Float
        let scores: [MaskState: Float]
    }

    /// - Parameter logits: one a label.
    /// - Throws: `InferenceError` if a number is not finite.
    func result(_ logits: [Float]) throws(InferenceError) -> Result {
        guard logits.allSatisfy(\.isFinite) else {
            throw InferenceError(.internalError, "the mask classifier gave a number that is not finite")
        }
        let scaled = logits.map { $0 / temperature }
        let largest = scaled.max() ?? 0
        let powers = scaled.map { exp($0 - largest) }
        let sum = powers.reduce(0, +)
        let probabilities = powers.map { $0 / sum }
        let best = probabilities.indices.max { probabilities[$0] < probabilities[$1] } ?? 0
        let score = probabilities[best]
        return Result(
            state: score < unknownBelow ? .unknown : labels[best], score: score,
            scores: Dictionary(uniqueKeysWithValues: zip(labels, probabilities)))
    }
}
