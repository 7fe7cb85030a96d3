import Domain
import Foundation
import Vision

/// What an ONNX file does not say of itself: a JSON file with the keys of `model.json` (docs/model-package.md) and, in
/// `input`, what the network expects of a pixel.
struct ONNXImportSettings: Decodable {
    struct Input: Decodable {
        /// `NCHW` or `NHWC`.
        var layout: String?
        /// `RGB` or `BGR`.
        var channels: String?
        /// The network gets `(pixel / divide_by - mean) / std`, by channel in the network's order.
        var divideBy: Float?
        var mean: [Float]?
        var std: [Float]?
        var multiple: Int?
        var longestSide: Int?
    }

    var task: ModelDescription.Task
    var input: Input?
    var labels: [String]
    var faceLabels: [String]?
    var heads: [ModelDescription.Head]?
    var output: String?
    var thresholds: ModelDescription.Thresholds?
    var temperature: Float?
    var crop: ModelDescription.Crop?

    private static let keys: Set<String> = [
        "task", "input", "labels", "face_labels", "heads", "output", "thresholds", "temperature", "crop",
    ]
    private static let inputKeys: Set<String> = [
        "layout", "channels", "divide_by", "mean", "std", "multiple", "longest_side",
    ]

    /// Names people give to the mask states.
    private static let otherNames: [String: MaskState] = [
        "mask": .wornCorrectly, "with_mask": .wornCorrectly, "no_mask": .without, "incorrect": .wornIncorrectly,
        "mask_weared_incorrect": .wornIncorrectly, "incorrect_mask": .wornIncorrectly,
    ]

    /// - Throws: `ModelImportError` naming the key that is wrong.
    init(_ file: ModelFile) throws(ModelImportError) {
        let object = (try? JSONSerialization.jsonObject(with: file.data)) as? [String: Any]
        guard let object else { throw ModelImportError(file.name, "the file is not a JSON object") }
        let unknown =
            object.keys.filter { !Self.keys.contains($0) }
            + (object["input"] as? [String: Any] ?? [:]).keys.filter { !Self.inputKeys.contains($0) }
        guard unknown.isEmpty else {
            throw ModelImportError(file.name, "the key '\(unknown.sorted()[0])' is not known")
        }
        do { self = try JSON.decode(Self.self, from: file.data) } catch DecodingError.keyNotFound(let key, _) {
            throw ModelImportError(file.name, "the key '\(key.stringValue)' is missing")
        } catch DecodingError.typeMismatch(_, let context) {
            throw ModelImportError(file.name, "the key '\(Self.path(context))' has the wrong type")
        } catch DecodingError.dataCorrupted(let context) {
            throw ModelImportError(file.name, "the key '\(Self.path(context))': \(context.debugDescription)")
        } catch { throw ModelImportError(file.name, "\(error)") }
        if task == .maskClassification { labels = labels.map { Self.otherNames[$0]?.rawValue ?? $0 } }
    }

    private static func path(_ context: DecodingError.Context) -> String {
        context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
    }
}
