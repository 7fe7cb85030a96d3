package import Foundation

/// The answer to an inference request as a client reads it, with JSON or raw tensors.
package struct OpenInferenceAnswer: Sendable {
    package let response: InferResponse

    /// - Parameters:
    ///   - model: the one that was asked, for errors.
    ///   - headerLength: bytes of JSON at the beginning of the body; nil if all of it is JSON.
    /// - Throws: `InferenceError`: `.invalidModel` if the answer is not one of this protocol, `.internalError` if an output
    ///   holds a number that is not finite: that must never look like a picture without faces.
    package init(body: Data, headerLength: Int?, model: String) throws {
        let length = headerLength ?? body.count
        guard length >= 1, length <= body.count else {
            throw Self.invalid(
                model, "\(OpenInferenceRequest.headerLengthField) is \(length), the body has \(body.count) bytes")
        }
        let text: RequestText
        let document: AnswerDocument
        do {
            text = try RequestText(body.prefix(length))
            document = try JSONDecoder().decode(AnswerDocument.self, from: text.document)
        } catch let error as DecodingError { throw Self.invalid(model, RequestText.sentence(for: error)) } catch {
            throw Self.invalid(model, "\(error)")
        }
        let reader = TensorReader(binary: body.dropFirst(length), arrays: text.arrays, noun: "output")
        do {
            let outputs = try reader.tensors(document.outputs)
            response = InferResponse(
                model: model, version: document.modelVersion ?? "", outputs: outputs,
                parameters: document.parameters?.compactMapValues(\.text) ?? [:])
        } catch let error as InferenceError { throw Self.invalid(model, error.message) }
        for output in response.outputs where !output.isFinite {
            throw InferenceError(
                .internalError, "model '\(model)': output '\(output.name)' holds a number that is not finite")
        }
    }

    private static func invalid(_ model: String, _ problem: String) -> InferenceError {
        InferenceError(.invalidModel, "the answer of model '\(model)' makes no sense: \(problem)")
    }
}

private struct AnswerDocument: Decodable {
    /// A parameter is a text, a number or a truth value; only texts are of use here.
    struct Parameter: Decodable {
        let text: String?

        init(from decoder: any Decoder) throws { text = try? decoder.singleValueContainer().decode(String.self) }
    }

    let modelVersion: String?
    let parameters: [String: Parameter]?
    let outputs: [TensorDocument]

    enum CodingKeys: String, CodingKey {
        case modelVersion = "model_version"
        case parameters, outputs
    }
}

extension Tensor {
    /// False if a number of type FP32, FP64, FP16 or BF16 is infinite or none at all.
    package var isFinite: Bool {
        switch type {
        // A number is not finite exactly if all bits of its exponent are set (IEEE 754).
        case .float32: lacks(UInt32(0x7F80_0000))
        case .float64: lacks(UInt64(0x7FF0_0000_0000_0000))
        case .float16: lacks(UInt16(0x7C00))
        case .bfloat16: lacks(UInt16(0x7F80))
        default: true
        }
    }

    private func lacks<Bits: FixedWidthInteger>(_ exponent: Bits) -> Bool {
        unsafe storage.withUnsafeBytes { bytes in
            let numbers = unsafe bytes.assumingMemoryBound(to: Bits.self)
            return unsafe numbers.allSatisfy { $0 & exponent != exponent }
        }
    }
}
