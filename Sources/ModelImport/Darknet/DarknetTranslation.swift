/// A darknet network and its weights as an ONNX graph: bytes NHWC in, the raw planes of every head out.
struct DarknetTranslation {
    /// One output a head, in the order of the file.
    static func outputName(_ head: Int) -> String { "head_\(head)" }
    static let inputName = "images"

    private let network: DarknetNetwork
    private var weights: DarknetWeights
    private var graph = ONNXGraph(name: "darknet")
    /// The tensor each layer gives.
    private var tensors: [String] = []
    /// A layer before its activation, for heads with `new_coords`.
    private var unactivated: [Int: String] = [:]
    private var heads = 0

    /// In normalisation; AlexeyAB/darknet, src/blas.c.
    private static let epsilon: Float = 0.00001

    /// - Throws: `ModelImportError`.
    static func graph(
        of network: DarknetNetwork, _ weights: DarknetWeights
    ) throws(ModelImportError) -> ONNXGraph {
        var translation = DarknetTranslation(network: network, weights: weights)
        try translation.run()
        return translation.graph
    }

    private init(network: DarknetNetwork, weights: DarknetWeights) {
        self.network = network
        self.weights = weights
    }

    private mutating func run() throws(ModelImportError) {
        graph.input(Self.inputName, .uint8, [.open("n"), .open("h"), .open("w"), .fixed(3)])
        let floats = graph.node("Cast", [Self.inputName], "floats", [.int("to", ONNXGraph.ElementType.float.rawValue)])
        let planes = graph.node("Transpose", [floats], "planes", [.ints("perm", [0, 3, 1, 2])])
        var last = graph.node("Div", [planes, graph.constant("white", [255], [])], "picture")
        for (index, step) in network.steps.enumerated() {
            last = try translate(step.layer, index, last)
            tensors.append(last)
        }
    }

    private mutating func translate(
        _ layer: DarknetLayer, _ index: Int, _ last: String
    ) throws(ModelImportError) -> String {
        let name = "layer_\(index)"
        switch layer {
        case .convolution(let convolution): return try translate(convolution, index, last)
        case .maxPool(let pooling):
            let (low, high) = (pooling.padding / 2, pooling.padding - pooling.padding / 2)
            return graph.node(
                "MaxPool", [last], name,
                [
                    .ints("kernel_shape", [pooling.size, pooling.size]),
                    .ints("strides", [pooling.stride, pooling.stride]), .ints("pads", [low, low, high, high]),
                ])
        case .upsample(let factor):
            let scales = graph.constant("\(name)_scales", [1, 1, Float(factor), Float(factor)], [4])
            return graph.node(
                "Resize", [last, "", scales], name,
                [
                    .text("mode", "nearest"), .text("coordinate_transformation_mode", "asymmetric"),
                    .text("nearest_mode", "floor"),
                ])
        case .route(let sources, let groups, let group):
            let parts = sources.map { part($0, of: groups, group, name) }
            return parts.count == 1 ? parts[0] : graph.node("Concat", parts, name, [.int("axis", 1)])
        case .shortcut(let sources, let kind):
            var sum = last
            for source in sources { sum = graph.node("Add", [sum, tensors[source]], "\(name)_plus_\(source)") }
            return activation(kind, of: sum, name)
        case .yolo(let head): return finish(head, index, last)
        }
    }

    private mutating func translate(
        _ convolution: DarknetLayer.Convolution, _ index: Int, _ last: String
    ) throws(ModelImportError) -> String {
        let name = "layer_\(index)"
        let perFilter =
            (network.shape(before: index).channels / convolution.groups) * convolution.size * convolution.size
        let (kernel, bias) = try folded(convolution, perFilter, network.steps[index].line)
        let shape = [
            convolution.filters, perFilter / (convolution.size * convolution.size), convolution.size, convolution.size,
        ]
        let plain = graph.node(
            "Conv",
            [
                last, graph.constant("\(name)_weights", kernel, shape),
                graph.constant("\(name)_bias", bias, [bias.count]),
            ],
            "\(name)_plain",
            [
                .ints("kernel_shape", [convolution.size, convolution.size]),
                .ints("strides", [convolution.stride, convolution.stride]),
                .ints("pads", Array(repeating: convolution.padding, count: 4)), .int("group", convolution.groups),
            ])
        unactivated[index] = plain
        return activation(convolution.activation, of: plain, name)
    }

    /// The weights with the normalisation folded in. In the file: biases, then scales, means and variances where there is
    /// normalisation, then the kernels.
    private mutating func folded(
        _ convolution: DarknetLayer.Convolution, _ perFilter: Int, _ line: Int
    ) throws(ModelImportError) -> (kernel: [Float], bias: [Float]) {
        var bias = try weights.next(convolution.filters)
        guard convolution.normalises else {
            return (try weights.next(convolution.filters * perFilter), bias)
        }
        let scales = try weights.next(convolution.filters)
        let means = try weights.next(convolution.filters)
        let variances = try weights.next(convolution.filters)
        var kernel = try weights.next(convolution.filters * perFilter)
        for filter in 0..<convolution.filters {
            let factor = scales[filter] / (variances[filter] + Self.epsilon).squareRoot()
            guard factor.isFinite else {
                throw ModelImportError(
                    network.file, line: line, "the variances stored for this layer are not positive: other weights?")
            }
            bias[filter] -= means[filter] * factor
            for index in filter * perFilter..<(filter + 1) * perFilter { kernel[index] *= factor }
        }
        return (kernel, bias)
    }

    private mutating func activation(_ kind: DarknetActivation, of tensor: String, _ name: String) -> String {
        switch kind {
        case .linear: return tensor
        case .leaky: return graph.node("LeakyRelu", [tensor], name, [.float("alpha", 0.1)])
        case .relu: return graph.node("Relu", [tensor], name)
        case .logistic: return graph.node("Sigmoid", [tensor], name)
        case .swish:
            return graph.node("Mul", [tensor, graph.node("Sigmoid", [tensor], "\(name)_gate")], name)
        case .mish:
            let soft = graph.node("Softplus", [tensor], "\(name)_soft")
            return graph.node("Mul", [tensor, graph.node("Tanh", [soft], "\(name)_gate")], name)
        }
    }

    /// One of the equal parts of a layer's channels.
    private mutating func part(_ source: Int, of groups: Int, _ group: Int, _ name: String) -> String {
        guard groups > 1 else { return tensors[source] }
        let channels = network.steps[source].shape.channels / groups
        let part = "\(name)_part_\(source)"
        return graph.node(
            "Slice",
            [
                tensors[source], graph.constant("\(part)_start", [channels * group]),
                graph.constant("\(part)_end", [channels * (group + 1)]), graph.constant("\(part)_axis", [1]),
            ], part)
    }

    /// A package's heads are raw, but with `new_coords` darknet's layer before the head has the sigmoid in it.
    private mutating func finish(_ head: DarknetLayer.Head, _ index: Int, _ last: String) -> String {
        let source = head.newCoords ? unactivated[index - 1] ?? last : last
        let name = Self.outputName(heads)
        heads += 1
        let planes = head.anchors.count * (5 + head.classes)
        graph.output(name, .float, [.open("n"), .fixed(planes), .open("\(name)_h"), .open("\(name)_w")])
        graph.node("Identity", [source], name)
        return last
    }
}
