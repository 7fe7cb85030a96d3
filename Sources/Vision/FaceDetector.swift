import Imaging
package import Inference

/// Finds faces: stage 1.
package struct FaceDetector: Sendable {
    package struct Settings: Sendable {
        /// Overrides of the package's values; a longest side is the only look then.
        package var longestSide: Int?
        package var score: Float?

        package init(longestSide: Int? = nil, score: Float? = nil) {
            self.longestSide = longestSide
            self.score = score
        }
    }

    package let identity: String
    let model: String
    private let backend: any InferenceBackend
    private let inputName: String
    /// The longest side of each look at a picture.
    private let sides: [Int]
    private let multiple: Int
    private let enlarge: Double
    /// Of a network that takes no other size.
    private let fixed: PictureSize?
    private let decoder: DetectionDecoder
    private let suppression: NonMaximumSuppression

    /// - Parameter backend: serves the package's network under the package's name.
    /// - Throws: `ModelPackageError` if the package is no detector or a setting is out of range.
    package init(
        _ package: ModelPackage, backend: any InferenceBackend, settings: Settings = Settings()
    ) throws(ModelPackageError) {
        let model = package.description
        guard model.task == .faceDetection, let heads = model.heads else {
            throw ModelPackageError(.invalid, "model package \(package.identity) is no face detector")
        }
        identity = package.identity
        self.model = package.name
        self.backend = backend
        inputName = model.input.name
        multiple = model.input.multiple ?? 32
        enlarge = model.input.enlarge.map(Double.init) ?? .infinity
        sides = settings.longestSide.map { [$0] } ?? model.input.sides
        for side in sides where !(multiple...8192).contains(side) || side % multiple != 0 {
            throw ModelPackageError(.invalid, "longest side \(side) is not a multiple of \(multiple) up to 8192")
        }
        if let width = model.input.width, let height = model.input.height {
            fixed = PictureSize(width: width, height: height)
        } else {
            fixed = nil
        }
        decoder = DetectionDecoder(
            heads: heads, labels: model.labels.count, faces: model.faceClasses,
            score: settings.score ?? model.thresholds.score ?? 0.5)
        suppression = NonMaximumSuppression(model.thresholds)
    }

    /// Pixels of the longer side beyond which a picture shows neither the detector nor the classifier more: the smallest
    /// faces that are found have then twice the pixels in which the detector saw them.
    var usefulSide: Int { 2 * (sides.max() ?? 0) }

    /// How a picture of that size is given to the network, once a look; a small picture that is not enlarged looks the same
    /// at several sides.
    func inputs(for size: PictureSize) -> [DetectorInput] {
        if let fixed { return [DetectorInput(for: size, columns: fixed.width, rows: fixed.height)] }
        let inputs = sides.map { DetectorInput(for: size, longestSide: $0, multiple: multiple, enlarge: enlarge) }
        return inputs.indices.filter { index in !inputs[..<index].contains { $0.content == inputs[index].content } }
            .map { inputs[$0] }
    }

    /// The network's inputs that pictures of cameras become, which are no smaller.
    var usualInputs: [DetectorInput] {
        if let fixed { return [DetectorInput(for: fixed, columns: fixed.width, rows: fixed.height)] }
        return sides.flatMap { DetectorInput.all(longestSide: $0, multiple: multiple) }
    }

    /// A grey input.
    func emptyLook(_ input: DetectorInput) -> Look {
        let shape = [1, input.rows, input.columns, PixelBuffer.channels]
        return Look(input: input, tensor: Tensor.grey(name: inputName, shape: shape))
    }

    /// What the network is given of a picture; heavy, does not wait.
    /// - Parameter size: as the picture is, which may have been decoded smaller.
    func looks(at picture: PixelBuffer, size: PictureSize) -> [Look] {
        inputs(for: size).map { Look(input: $0, tensor: tensor(of: picture, $0)) }
    }

    private func tensor(of picture: PixelBuffer, _ input: DetectorInput) -> Tensor {
        let shape = [1, input.rows, input.columns, PixelBuffer.channels]
        if picture.width == input.columns, picture.height == input.rows {
            // The pixels are the input: the tensor keeps the picture alive, whose bytes never change.
            let pixels = unsafe picture.withBytes {
                unsafe TensorStorage(bytes: UnsafeRawBufferPointer($0), owner: picture)
            }
            return Tensor(name: inputName, type: .uint8, shape: shape, storage: pixels)
        }
        let storage = unsafe TensorStorage(byteCount: shape.reduce(1, *)) { bytes in
            unsafe Resampler.letterbox(
                picture, into: bytes.bindMemory(to: UInt8.self), columns: input.columns, rows: input.rows,
                content: input.content)
        }
        return Tensor(name: inputName, type: .uint8, shape: shape, storage: storage)
    }

    /// Inputs of one shape below each other.
    func joined(_ tensors: [Tensor]) -> Tensor {
        let shape = [tensors.count] + tensors[0].shape.dropFirst()
        return Tensor(name: inputName, type: .uint8, shape: shape, storage: .joined(tensors.map(\.storage)))
    }

    /// - Throws: `InferenceError`.
    func infer(_ tensor: Tensor) async throws -> InferResponse {
        try await backend.infer(InferRequest(model: model, inputs: [tensor]))
    }

    /// One look after the other.
    /// - Throws: `InferenceError`.
    func infer(_ looks: [Look]) async throws -> [SeenLook] {
        var seen: [SeenLook] = []
        for look in looks { seen.append(SeenLook(input: look.input, response: try await infer(look.tensor))) }
        return seen
    }

    /// Faces in pixels of the picture, best first: of what its looks show in one place the best; heavy, does not wait.
    /// - Throws: `InferenceError` if the network's output makes no sense.
    func detections(in looks: [SeenLook], size: PictureSize) throws -> [Detection] {
        let found = try looks.flatMap { look in
            try decoder.decode(look.response, item: look.item, columns: look.input.columns, rows: look.input.rows)
                .map { $0.scaled(by: look.input.factor(to: size)) }
        }
        return suppression.keep(found).compactMap { $0.clipped(width: size.width, height: size.height) }
    }
}
