import Domain
import Foundation
import Inference

/// Turns the raw planes of YOLO heads into boxes (docs/model-package.md; darknet, src/yolo_layer.c).
struct DetectionDecoder: Sendable {
    let heads: [ModelDescription.Head]
    /// A head has as many class planes after the objectness, or none: then the objectness alone is the score.
    let labels: Int
    /// Which of the classes are faces.
    let faces: [Int]
    /// 0...1; boxes below it are not given.
    let score: Float

    init(heads: [ModelDescription.Head], labels: Int, faces: [Int]? = nil, score: Float) {
        self.heads = heads
        self.labels = labels
        self.faces = faces ?? Array(0..<labels)
        self.score = score
    }

    /// - Returns: boxes in pixels of the network's input of `columns` by `rows`, in no order.
    /// - Throws: `InferenceError`: `.invalidModel` if a head has another shape, `.internalError` if a number is not finite.
    func decode(_ response: InferResponse, item: Int, columns: Int, rows: Int) throws -> [Detection] {
        try heads.flatMap { head in
            let tensor = try response.output(head.output)
            let planes = [5, 5 + labels].map { $0 * head.anchors.count }
            let grid = [rows / head.stride, columns / head.stride]
            guard tensor.type == .float32, tensor.shape.count == 4, planes.contains(tensor.shape[1]),
                Array(tensor.shape.suffix(2)) == grid, (0..<tensor.shape[0]).contains(item)
            else {
                throw InferenceError(
                    .invalidModel,
                    "output '\(head.output)' has shape \(tensor.shape), expected [N, \(planes[0])] + \(grid)")
            }
            return unsafe try tensor.withFloats { floats in
                let size = tensor.shape.dropFirst().reduce(1, *)
                let values = unsafe UnsafeBufferPointer(rebasing: floats[(item * size)..<((item + 1) * size)])
                let planes = tensor.shape[1] / head.anchors.count
                return unsafe try decode(values, head, planes: planes, width: grid[1], height: grid[0])
            }
        }
    }

    private func decode(
        _ values: UnsafeBufferPointer<Float>, _ head: ModelDescription.Head, planes: Int, width: Int, height: Int
    ) throws(InferenceError) -> [Detection] {
        var detections: [Detection] = []
        let area = width * height
        let threshold = Self.logit(score)
        for anchor in head.anchors.indices {
            let base = anchor * planes * area
            let objectness = unsafe UnsafeBufferPointer(rebasing: values[(base + 4 * area)..<(base + 5 * area)])
            for cell in unsafe Self.indices(in: objectness, notBelow: threshold) {
                let raw = (0..<planes).map { unsafe values[base + $0 * area + cell] }
                let place = (x: Float(cell % width), y: Float(cell / width))
                if let detection = try detection(raw, head, anchor, place) { detections.append(detection) }
            }
        }
        return detections
    }

    private func detection(
        _ raw: [Float], _ head: ModelDescription.Head, _ anchor: Int, _ cell: (x: Float, y: Float)
    ) throws(InferenceError) -> Detection? {
        let likelihood = raw.count == 5 ? 1 : Self.sigmoid(faces.map { raw[5 + $0] }.max() ?? -.infinity)
        let score = Self.sigmoid(raw[4]) * likelihood
        let stride = Float(head.stride)
        let shift = (head.scaleXY - 1) / 2
        let x = (Self.sigmoid(raw[0]) * head.scaleXY - shift + cell.x) * stride
        let y = (Self.sigmoid(raw[1]) * head.scaleXY - shift + cell.y) * stride
        let width = head.anchors[anchor][0] * factor(raw[2], head)
        let height = head.anchors[anchor][1] * factor(raw[3], head)
        guard score.isFinite, x.isFinite, y.isFinite, width.isFinite, height.isFinite else {
            throw InferenceError(.internalError, "output '\(head.output)' holds a number that is not finite")
        }
        guard score >= self.score else { return nil }
        return Detection(box: Box(x: x - width / 2, y: y - height / 2, width: width, height: height), score: score)
    }

    private func factor(_ raw: Float, _ head: ModelDescription.Head) -> Float {
        guard head.newCoords == true else { return exp(raw) }
        let doubled = 2 * Self.sigmoid(raw)
        return doubled * doubled
    }

    /// Where a value is not below the threshold, NaN included; nearly all values are, so 16 are compared at once.
    static func indices(in values: UnsafeBufferPointer<Float>, notBelow threshold: Float) -> [Int] {
        var found: [Int] = []
        let raw = UnsafeRawBufferPointer(values)
        let limit = SIMD16<Float>(repeating: threshold)
        var start = 0
        while start + 16 <= values.count {
            let lanes = unsafe raw.loadUnaligned(fromByteOffset: start * 4, as: SIMD16<Float>.self)
            if !all(lanes .< limit) {
                for index in start..<start + 16 where unsafe !(values[index] < threshold) { found.append(index) }
            }
            start += 16
        }
        for index in start..<values.count where unsafe !(values[index] < threshold) { found.append(index) }
        return found
    }

    static func sigmoid(_ value: Float) -> Float { 1 / (1 + exp(-value)) }

    static func logit(_ probability: Float) -> Float {
        // A hair lower, so that rounding here never loses a box that the exact comparison keeps.
        log(probability / (1 - probability)) - 1e-4
    }
}
