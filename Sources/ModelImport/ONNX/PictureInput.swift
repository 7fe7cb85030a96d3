import Foundation

/// What stands between a package's input (bytes, NHWC, RGB) and what an ONNX network wants.
struct PictureInput {
    /// Of the package's input.
    let name: String
    /// `[n, height, width, 3]`; nil for an open side.
    let shape: [Int?]
    /// Whether anything has to be put in front.
    let isNeeded: Bool

    private let old: ONNXModel.Port
    private let isPlanar: Bool
    private let isReversed: Bool
    /// A channel becomes `pixel * factor + offset`, in the network's order.
    private let factor: [Float]
    private let offset: [Float]

    private static let floatTypes = [1, 10]
    /// Broadcasting as it is used here came with operator set 7.
    private static let leastOperatorSet = 7

    /// - Throws: `ModelImportError` if the network takes no picture, or the settings are out of range.
    init(_ model: ONNXModel, _ settings: ONNXImportSettings.Input?) throws(ModelImportError) {
        guard model.inputs.count == 1, let port = model.inputs.first else {
            let names = model.inputs.map(\.name).joined(separator: ", ")
            throw ModelImportError(
                model.file, "it has \(model.inputs.count) inputs (\(names)); one picture is expected")
        }
        old = port
        isPlanar = try Self.choice(settings?.layout ?? "NCHW", ["NHWC", "NCHW"], "layout", model.file) == 1
        isReversed = try Self.choice(settings?.channels ?? "RGB", ["RGB", "BGR"], "channels", model.file) == 1
        guard port.shape.count == 4, port.shape[isPlanar ? 1 : 3].map({ $0 == 3 }) ?? true else {
            throw ModelImportError(
                model.file,
                "its input '\(port.name)' is not a colour picture in \(isPlanar ? "NCHW" : "NHWC"): set input.layout")
        }
        shape =
            isPlanar
            ? [port.shape[0], port.shape[2], port.shape[3], 3] : [port.shape[0], port.shape[1], port.shape[2], 3]
        guard (port.shape[0] ?? 1) == 1 else {
            throw ModelImportError(
                model.file, "it takes \(port.shape[0] ?? 0) pictures at once; one or any number can be")
        }
        (factor, offset) = try Self.scale(settings, isFloat: Self.floatTypes.contains(port.type), model.file)
        let isPlain = factor.allSatisfy { $0 == 1 } && offset.allSatisfy { $0 == 0 }
        isNeeded = isPlanar || isReversed || !isPlain || port.type != 2
        guard Self.floatTypes.contains(port.type) || port.type == 2 && isPlain else {
            throw ModelImportError(
                model.file,
                "its input is neither float nor float16; one of bytes (uint8) takes no divide_by, mean or std")
        }
        guard !isNeeded || model.operatorSet >= Self.leastOperatorSet else {
            throw ModelImportError(
                model.file, "it uses operator set \(model.operatorSet); \(Self.leastOperatorSet) or newer is needed")
        }
        name = isNeeded ? "maskwatch_images" : port.name
    }

    /// The whole file with this in front.
    func applied(to model: ONNXModel) -> Data {
        var graph = ONNXGraph(name: "input")
        func open(_ side: Int?, _ name: String) -> ONNXGraph.Side { side.map { .fixed($0) } ?? .open(name) }
        graph.input(name, .uint8, [open(shape[0], "n"), open(shape[1], "h"), open(shape[2], "w"), .fixed(3)])
        var last = name
        if isReversed {
            let order = graph.constant("maskwatch_order", [2, 1, 0])
            last = graph.node("Gather", [last, order], "maskwatch_reversed", [.int("axis", 3)])
        }
        if isFloat {
            last = graph.node("Cast", [last], "maskwatch_floats", [.int("to", 1)])
            last = graph.node("Mul", [last, graph.constant("maskwatch_factor", factor, [3])], "maskwatch_scaled")
            last = graph.node("Add", [last, graph.constant("maskwatch_offset", offset, [3])], "maskwatch_shifted")
            last = graph.node("Cast", [last], "maskwatch_typed", [.int("to", old.type)])
        }
        graph.node(
            isPlanar ? "Transpose" : "Identity", [last], old.name, isPlanar ? [.ints("perm", [0, 3, 1, 2])] : [])
        return model.replacingInput(
            old.name, with: graph.encodedPorts, nodes: graph.encodedNodes, constants: graph.encodedConstants)
    }

    private var isFloat: Bool { Self.floatTypes.contains(old.type) }

    private static func choice(
        _ value: String, _ known: [String], _ key: String, _ file: String
    ) throws(ModelImportError) -> Int {
        guard let index = known.firstIndex(of: value) else {
            throw ModelImportError(file, "input.\(key) is '\(value)', but must be \(known.joined(separator: " or "))")
        }
        return index
    }

    private static func scale(
        _ settings: ONNXImportSettings.Input?, isFloat: Bool, _ file: String
    ) throws(ModelImportError) -> ([Float], [Float]) {
        let divisor = settings?.divideBy ?? (isFloat ? 255 : 1)
        let mean = settings?.mean ?? [0, 0, 0]
        let deviation = settings?.std ?? [1, 1, 1]
        let isUsable =
            divisor > 0 && divisor.isFinite && mean.count == 3 && deviation.count == 3
            && (mean + deviation).allSatisfy(\.isFinite) && deviation.allSatisfy { $0 > 0 }
        guard isUsable else {
            throw ModelImportError(
                file, "input.divide_by and input.std must be over 0, mean and std have three numbers")
        }
        return (deviation.map { 1 / (divisor * $0) }, zip(mean, deviation).map { -$0 / $1 })
    }
}
