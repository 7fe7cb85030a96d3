package import Domain
package import Foundation
package import Imaging
package import Inference

/// The model `maskwatch` of a model API: files of pictures in, faces with their masks out. Its tensors, and both directions
/// of their encoding, for the server that answers and the client that asks (docs/model-api.md).
package enum MaskwatchModel {
    package static let name = "maskwatch"
    /// `BYTES [N]`: JPEG or PNG files.
    package static let input = "image"
    /// The order of the third dimension of `mask_scores`.
    package static let scoredStates = [MaskState.wornCorrectly, .wornIncorrectly, .without]

    /// M is the most faces of any picture of the request; rows of pictures with fewer are filled up with zeros.
    package enum Output: String, CaseIterable, Sendable {
        /// `INT32 [N]`: the number of faces.
        case faces
        /// `FP32 [N, M, 4]`: x, y, width, height in pixels of the picture.
        case boxes
        /// `FP32 [N, M]`: how sure the detector is, 0...1.
        case scores
        /// `BYTES [N, M]`: a word of `MaskState`, or an empty text as filling.
        case maskStates = "mask_states"
        /// `FP32 [N, M, 3]`: probabilities in the order of `scoredStates`; zeros for a face that was not classified.
        case maskScores = "mask_scores"
        /// `INT32 [N, 2]`: width and height in pixels as the picture is shown; zeros for a picture that cannot be read.
        case size
        /// `BYTES [N]`: an empty text, or `code: sentence` for a picture that cannot be read.
        case errors
    }

    package static func metadata(version: String, platform: String) -> ModelMetadata {
        let shapes: [(Output, ElementType, [Int])] = [
            (.faces, .int32, [-1]), (.boxes, .float32, [-1, -1, 4]), (.scores, .float32, [-1, -1]),
            (.maskStates, .bytes, [-1, -1]), (.maskScores, .float32, [-1, -1, scoredStates.count]),
            (.size, .int32, [-1, 2]), (.errors, .bytes, [-1]),
        ]
        return ModelMetadata(
            name: name, version: version, platform: platform,
            inputs: [.init(name: input, type: .bytes, shape: [-1])],
            outputs: shapes.map { .init(name: $0.rawValue, type: $1, shape: $2) })
    }

    // MARK: the request

    package static func request(_ pictures: [Data]) -> InferRequest {
        InferRequest(model: name, inputs: [Tensor(name: input, shape: [pictures.count], elements: pictures)])
    }

    /// Of an answer: the networks that looked at the pictures, as `name/version`, in one text.
    private static let modelsParameter = "models"

    package static func parameters(models: [String]) -> [String: String] {
        models.isEmpty ? [:] : [modelsParameter: models.joined(separator: " ")]
    }

    /// The networks that looked, or what is known of a server that does not say: its model and version. At most eight of
    /// 100 characters: they stand in every observation.
    package static func models(of response: InferResponse) -> [String] {
        let named =
            response.parameters[modelsParameter]?.split(separator: " ", maxSplits: 8).prefix(8)
            .map { String($0.prefix(100)) } ?? []
        return named.isEmpty ? ["\(name)/\(response.version)"] : named
    }

    /// The files of a request.
    /// - Throws: `InferenceError` with `.invalidRequest`.
    package static func pictures(in inputs: [Tensor]) throws -> [Data] {
        guard let tensor = inputs.first(where: { $0.name == input }), inputs.count == 1, tensor.type == .bytes else {
            throw InferenceError(.invalidRequest, "model '\(name)' takes one input '\(input)' of type BYTES")
        }
        return try tensor.elements()
    }

    // MARK: the answer

    /// - Returns: the outputs in the order of `Output`.
    package static func outputs(_ results: [Result<PictureAnalysis, PictureError>]) -> [Tensor] {
        let pictures = results.map { try? $0.get() }
        let most = pictures.reduce(0) { max($0, $1?.faces.count ?? 0) }
        let places = pictures.flatMap { picture in (0..<most).map { picture?.faces.element(at: $0) } }
        let size = pictures.flatMap { [Int32($0?.width ?? 0), Int32($0?.height ?? 0)] }
        let errors = results.map { result -> Data in
            guard case .failure(let error) = result else { return Data() }
            return Data("\(error.code.rawValue): \(error.message)".utf8)
        }
        let count = results.count
        return [
            tensor(.faces, .int32, [count], pictures.map { Int32($0?.faces.count ?? 0) }),
            tensor(.boxes, .float32, [count, most, 4], places.flatMap { numbers(of: $0?.box) }),
            tensor(.scores, .float32, [count, most], places.map { $0?.score ?? 0 }),
            Tensor(
                name: Output.maskStates.rawValue, shape: [count, most],
                elements: places.map { Data(($0?.mask.rawValue ?? "").utf8) }),
            tensor(
                .maskScores, .float32, [count, most, scoredStates.count],
                places.flatMap { face in scoredStates.map { face?.maskScores[$0] ?? 0 } }),
            tensor(.size, .int32, [count, 2], size),
            Tensor(name: Output.errors.rawValue, shape: [count], elements: errors),
        ]
    }

    /// The answer to a request for `count` pictures. Timings do not travel: they are zero.
    /// - Throws: `InferenceError` with `.invalidModel` if the answer is not what this model answers.
    package static func results(
        in response: InferResponse, count: Int
    ) throws -> [Result<PictureAnalysis, PictureError>] {
        let answer = try Answer(response, count: count)
        let models = models(of: response)
        return try (0..<count).map { try answer.result(of: $0, by: models) }
    }

    private static func numbers(of box: Box?) -> [Float] {
        box.map { [$0.x, $0.y, $0.width, $0.height] } ?? [0, 0, 0, 0]
    }

    private static func tensor<Element: BitwiseCopyable>(
        _ output: Output, _ type: ElementType, _ shape: [Int], _ values: [Element]
    ) -> Tensor {
        let storage = unsafe values.withUnsafeBytes { source in
            unsafe TensorStorage(byteCount: source.count) { target in unsafe target.copyMemory(from: source) }
        }
        return Tensor(name: output.rawValue, type: type, shape: shape, storage: storage)
    }
}

/// The outputs of one answer, checked.
private struct Answer {
    private let most: Int
    private let faces: [Int32]
    private let boxes: [Float]
    private let scores: [Float]
    private let states: [Data]
    private let maskScores: [Float]
    private let size: [Int32]
    private let errors: [Data]

    init(_ response: InferResponse, count: Int) throws {
        func output(_ output: MaskwatchModel.Output, _ type: ElementType, _ shape: [Int]) throws -> Tensor {
            let tensor = try response.output(output.rawValue)
            guard tensor.type == type, tensor.shape == shape else {
                throw Self.invalid(
                    "output '\(output.rawValue)' is \(tensor.type.rawValue) \(tensor.shape), "
                        + "expected \(type.rawValue) \(shape)")
            }
            return tensor
        }
        most = try response.output(MaskwatchModel.Output.scores.rawValue).shape.last ?? 0
        faces = try output(.faces, .int32, [count]).numbers()
        boxes = try output(.boxes, .float32, [count, most, 4]).numbers()
        scores = try output(.scores, .float32, [count, most]).numbers()
        states = try output(.maskStates, .bytes, [count, most]).elements()
        maskScores = try output(.maskScores, .float32, [count, most, MaskwatchModel.scoredStates.count]).numbers()
        size = try output(.size, .int32, [count, 2]).numbers()
        errors = try output(.errors, .bytes, [count]).elements()
    }

    func result(of picture: Int, by models: [String]) throws -> Result<PictureAnalysis, PictureError> {
        if !errors[picture].isEmpty { return .failure(Self.error(String(decoding: errors[picture], as: UTF8.self))) }
        let count = Int(faces[picture])
        guard (0...most).contains(count), size[2 * picture] > 0, size[2 * picture + 1] > 0 else {
            throw Self.invalid("picture \(picture) has \(count) of \(most) faces, or no size")
        }
        let found = try (0..<count).map { try face(at: picture * most + $0) }
        return .success(
            PictureAnalysis(
                width: Int(size[2 * picture]), height: Int(size[2 * picture + 1]), faces: found,
                timings: PictureAnalysis.Timings(), models: models))
    }

    private func face(at index: Int) throws -> Face {
        let box = Array(boxes[(4 * index)..<(4 * index + 4)])
        let states = MaskwatchModel.scoredStates
        let scored = Array(maskScores[(states.count * index)..<(states.count * (index + 1))])
        let word = String(decoding: self.states[index], as: UTF8.self)
        guard let mask = MaskState(rawValue: word) else { throw Self.invalid("'\(word)' is no mask state") }
        guard (box + scored + [scores[index]]).allSatisfy(\.isFinite) else {
            throw Self.invalid("a number is not finite")
        }
        let isClassified = scored.contains { $0 != 0 }
        return Face(
            box: Box(x: box[0], y: box[1], width: box[2], height: box[3]), score: scores[index], mask: mask,
            maskScore: scored.max() ?? 0,
            maskScores: isClassified ? Dictionary(uniqueKeysWithValues: zip(states, scored)) : [:])
    }

    /// `code: sentence`; a code of a newer server is told as a picture that cannot be read.
    private static func error(_ text: String) -> PictureError {
        let parts = text.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
        guard parts.count == 2, let code = PictureError.Code(rawValue: parts[0]) else {
            return PictureError(.unreadable, text)
        }
        return PictureError(code, parts[1])
    }

    private static func invalid(_ problem: String) -> InferenceError {
        InferenceError(.invalidModel, "the answer of model '\(MaskwatchModel.name)' makes no sense: \(problem)")
    }
}

extension Array {
    fileprivate func element(at index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
