import Imaging
package import Inference

/// Finds faces: stage 1.
package struct FaceDetector: Sendable {
    package struct Settings: Sendable {
        /// Overrides of the package's values.
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
    private let longestSide: Int
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
        longestSide = settings.longestSide ?? model.input.longestSide ?? 1024
        guard (multiple...8192).contains(longestSide), longestSide % multiple == 0 else {
            throw ModelPackageError(.invalid, "longest side \(longestSide) is not a multiple of \(multiple) up to 8192")
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
    var usefulSide: Int { 2 * longestSide }

    /// How a picture of that size is given to the network.
    func input(for size: PictureSize) -> DetectorInput {
        if let fixed { return DetectorInput(for: size, columns: fixed.width, rows: fixed.height) }
        return DetectorInput(for: size, longestSide: longestSide, multiple: multiple, enlarge: enlarge)
    }

    /// The network's inputs that pictures of cameras become, which are no smaller: rows and columns.
    var inputSizes: [(rows: Int, columns: Int)] {
        if let fixed { return [(fixed.height, fixed.width)] }
        return DetectorInput.all(longestSide: longestSide, multiple: multiple).map { ($0.rows, $0.columns) }
    }

    /// A grey input.
    func emptyTensor(rows: Int, columns: Int) -> Tensor {
        Tensor.grey(name: inputName, shape: [1, rows, columns, PixelBuffer.channels])
    }

    /// The network's input; heavy, does not wait.
    func tensor(of picture: PixelBuffer, _ input: DetectorInput) -> Tensor {
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

    /// Faces in pixels of the picture, best first; heavy, does not wait.
    /// - Parameter item: which of the pictures that were given together.
    /// - Throws: `InferenceError` if the network's output makes no sense.
    func detections(
        in response: InferResponse, item: Int = 0, _ input: DetectorInput, size: PictureSize
    ) throws -> [Detection] {
        let found = try decoder.decode(response, item: item, columns: input.columns, rows: input.rows)
        let factor = (
            x: Float(size.width) / Float(input.content.width), y: Float(size.height) / Float(input.content.height)
        )
        return suppression.keep(found).compactMap { $0.scaled(by: factor, width: size.width, height: size.height) }
    }
}
