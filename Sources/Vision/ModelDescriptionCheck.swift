import Domain
import Foundation

/// What must hold in `model.json` beyond its types.
struct ModelDescriptionCheck {
    private let model: ModelDescription
    private let directory: URL

    init(_ model: ModelDescription, in directory: URL) {
        self.model = model
        self.directory = directory
    }

    func run() throws(ModelPackageError) {
        try require(Self.isName(model.name), "name '\(model.name)' may have letters, digits, '-', '_' and '.' only")
        try require((Int(model.version) ?? 0) > 0, "version '\(model.version)' is not a whole number from 1 on")
        try require(
            model.input.layout == "NHWC" && model.input.channels == "RGB" && model.input.type == "U8",
            "input must be U8 RGB in NHWC, not \(model.input.type) \(model.input.channels) in \(model.input.layout)")
        try require(!model.files.isEmpty, "there are no files")
        try require((model.input.batch ?? 1) == 1, "input.batch can only be 1")
        switch model.task {
        case .faceDetection: try checkDetector()
        case .maskClassification: try checkClassifier()
        }
    }

    private func checkDetector() throws(ModelPackageError) {
        try require(
            !model.labels.isEmpty && Set(model.labels).count == model.labels.count, "the labels must be different ones")
        let faces = model.faceLabels ?? model.labels
        try require(
            !faces.isEmpty && Set(faces).isSubset(of: model.labels), "face_labels must be some of the labels")
        let multiple = model.input.multiple ?? 32
        let longest = model.input.longestSide ?? 1024
        try require((1...512).contains(multiple), "input.multiple \(multiple) is not in 1...512")
        try require(
            (multiple...8192).contains(longest) && longest % multiple == 0,
            "input.longest_side \(longest) is not a multiple of \(multiple) up to 8192")
        try require((0.1...100).contains(model.input.enlarge ?? 1), "input.enlarge is not in 0.1...100")
        try checkFixedSize(multiple)
        try checkLooks(multiple, longest)
        let kind = model.thresholds.nmsKind ?? "greedy"
        try require(["greedy", "distance"].contains(kind), "thresholds.nms_kind '\(kind)' is not greedy or distance")
        try require((0.01...10).contains(model.thresholds.nmsBeta ?? 1), "thresholds.nms_beta is not in 0.01...10")
        let heads = model.heads ?? []
        try require(!heads.isEmpty, "a face detector needs heads")
        for head in heads {
            try require(
                head.stride > 0 && multiple % head.stride == 0, "stride \(head.stride) does not divide \(multiple)")
            let isPair = head.anchors.allSatisfy { $0.count == 2 && $0.allSatisfy { $0 > 0 && $0.isFinite } }
            try require(!head.anchors.isEmpty && isPair, "anchors of '\(head.output)' are not pairs of sizes")
        }
        try checkShare(model.thresholds.score, "thresholds.score")
        try checkShare(model.thresholds.nmsIou, "thresholds.nms_iou")
    }

    private func checkFixedSize(_ multiple: Int) throws(ModelPackageError) {
        guard model.input.height != nil || model.input.width != nil else { return }
        for (side, name) in [(model.input.height ?? 0, "height"), (model.input.width ?? 0, "width")] {
            try require(
                (multiple...8192).contains(side) && side % multiple == 0,
                "input.\(name) \(side) is not a multiple of \(multiple) up to 8192")
        }
    }

    private func checkLooks(_ multiple: Int, _ longest: Int) throws(ModelPackageError) {
        guard let looks = model.input.looks else { return }
        try require(
            (1...4).contains(looks.count) && Set(looks).count == looks.count,
            "input.looks has not from one to four different sides")
        for side in looks {
            try require(
                (multiple...longest).contains(side) && side % multiple == 0,
                "input.looks: \(side) is not a multiple of \(multiple) up to input.longest_side \(longest)")
        }
        try require(
            model.input.height == nil && model.input.width == nil, "input.looks is for a network that takes any size")
    }

    private func checkClassifier() throws(ModelPackageError) {
        let states = Set(model.labels.compactMap(MaskState.init(rawValue:)))
        let known = MaskState.allCases.map(\.rawValue).joined(separator: ", ")
        try require(
            !model.labels.isEmpty && states.count == model.labels.count,
            "labels must be different ones of \(known), not \(model.labels.joined(separator: ", "))")
        try require(model.output != nil, "a classifier names its output")
        for (side, name) in [(model.input.height, "height"), (model.input.width, "width")] {
            try require((8...1024).contains(side ?? 0), "input.\(name) is not in 8...1024")
        }
        try require(model.input.height == model.input.width, "the input is not square")
        let temperature = model.temperature ?? 1
        try require(temperature > 0 && temperature.isFinite, "temperature \(temperature) is not positive")
        try require((0...4).contains(model.crop?.margin ?? 0), "crop.margin is not in 0...4")
        try checkShare(model.thresholds.unknownBelow, "thresholds.unknown_below")
    }

    private func checkShare(_ value: Float?, _ name: String) throws(ModelPackageError) {
        try require((0...1).contains(value ?? 0), "\(name) is not in 0...1")
    }

    private func require(_ condition: Bool, _ message: String) throws(ModelPackageError) {
        guard !condition else { return }
        throw ModelPackageError(.invalid, "\(directory.appending(path: "model.json").path): \(message)")
    }

    /// A name may become a part of a path and of a URL.
    private static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count) && !text.hasPrefix(".")
            && text.utf8.allSatisfy { byte in
                let character = Character(Unicode.Scalar(byte))
                return byte < 128 && (character.isLetter || character.isNumber || "-_.".contains(character))
            }
    }
}
