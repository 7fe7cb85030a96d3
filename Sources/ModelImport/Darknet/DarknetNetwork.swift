/// The network a `.cfg` file describes, its layers checked against each other.
struct DarknetNetwork {
    struct Step {
        let layer: DarknetLayer
        let line: Int
        let shape: DarknetShape
    }

    static let configurationLimit = 1 << 20
    /// Numbers in all weights together: an ONNX file must stay below 2 GiB.
    static let maximumWeights = 480_000_000

    let file: String
    let width: Int
    let height: Int
    private(set) var steps: [Step] = []
    private(set) var weights = 0

    /// - Throws: `ModelImportError` with the line that is wrong.
    init(_ file: ModelFile) throws(ModelImportError) {
        let sections = try DarknetSection.sections(of: file)
        guard let net = sections.first, ["net", "network"].contains(net.type) else {
            throw ModelImportError(file.name, line: sections.first?.line ?? 1, "the first section must be [net]")
        }
        self.file = file.name
        width = try net.integer("width", in: 32...4096)
        height = try net.integer("height", in: 32...4096)
        let channels = try net.integer("channels", in: 1...1024, default: 3)
        guard channels == 3 else { throw net.error("channels=\(channels): only colour pictures (3)", at: "channels") }
        var last = DarknetShape(channels: 3, height: height, width: width)
        for section in sections.dropFirst() {
            let step = try read(section, after: last)
            last = step.shape
            steps.append(step)
            guard weights <= Self.maximumWeights else {
                throw section.error("the network needs more than \(Self.maximumWeights) weights")
            }
        }
        guard !heads.isEmpty else { throw ModelImportError(file.name, "there is no [yolo] section: nothing is found") }
        try checkHeads()
    }

    var heads: [(step: Int, head: DarknetLayer.Head)] {
        steps.enumerated().compactMap { index, step in
            if case .yolo(let head) = step.layer { (index, head) } else { nil }
        }
    }

    /// Both sides of a picture must be multiples of it.
    var multiple: Int { steps.map { (width + $0.shape.width - 1) / $0.shape.width }.max() ?? 1 }

    /// What layer `index` is given: the layer before it, or the picture.
    func shape(before index: Int) -> DarknetShape {
        index == 0 ? DarknetShape(channels: 3, height: height, width: width) : steps[index - 1].shape
    }

    private func checkHeads() throws(ModelImportError) {
        let classes = Set(heads.map(\.head.classes))
        guard classes.count == 1 else {
            throw ModelImportError(file, "the [yolo] sections have different classes: \(classes.sorted())")
        }
        guard width % multiple == 0, height % multiple == 0 else {
            throw ModelImportError(file, "[net] width and height must be multiples of \(multiple)")
        }
        for (index, head) in heads where head.newCoords {
            guard index > 0, case .convolution(let last) = steps[index - 1].layer, last.activation == .logistic else {
                throw ModelImportError(
                    file, line: steps[index].line, "new_coords=1 needs activation=logistic in the layer before")
            }
        }
        guard Set(heads.map(\.head.suppression)).count == 1 else {
            throw ModelImportError(file, "the [yolo] sections have different nms_kind or beta_nms")
        }
    }

    private mutating func read(_ section: DarknetSection, after last: DarknetShape) throws(ModelImportError) -> Step {
        let layer: DarknetLayer
        var shape = last
        switch section.type {
        case "convolutional", "conv":
            let convolution = try DarknetReader.convolution(section, last)
            shape = try convolution.shape(after: last, section)
            // Four products below 2^31 fit: 8192 * 8192 * 31 * 31.
            weights += convolution.filters * (last.channels / convolution.groups) * convolution.size * convolution.size
            weights += convolution.filters * (convolution.normalises ? 4 : 1)
            layer = .convolution(convolution)
        case "maxpool", "max":
            let pooling = try DarknetReader.pooling(section)
            shape = try pooling.shape(after: last, section)
            layer = .maxPool(pooling)
        case "upsample":
            let factor = try DarknetReader.upsampling(section)
            shape.height *= factor
            shape.width *= factor
            guard max(shape.height, shape.width) <= 8192 else { throw section.error("makes sides over 8192") }
            layer = .upsample(factor: factor)
        case "route": (layer, shape) = try DarknetReader.route(section, steps.map(\.shape))
        case "shortcut": layer = try DarknetReader.shortcut(section, steps.map(\.shape), last)
        case "yolo": layer = try .yolo(DarknetReader.head(section, last, width: width, height: height))
        default:
            throw section.error(
                "is not a layer that can be imported; convolutional, route, shortcut, upsample, maxpool and yolo can")
        }
        return Step(layer: layer, line: section.line, shape: shape)
    }
}

extension DarknetLayer.Convolution {
    fileprivate func shape(after last: DarknetShape, _ section: DarknetSection) throws(ModelImportError) -> DarknetShape
    {
        let height = (last.height + 2 * padding - size) / stride + 1
        let width = (last.width + 2 * padding - size) / stride + 1
        guard last.height + 2 * padding >= size, last.width + 2 * padding >= size, height > 0, width > 0 else {
            throw section.error("is larger than what it is given, \(last.width)x\(last.height)")
        }
        return DarknetShape(channels: filters, height: height, width: width)
    }
}

extension DarknetLayer.Pooling {
    fileprivate func shape(after last: DarknetShape, _ section: DarknetSection) throws(ModelImportError) -> DarknetShape
    {
        guard last.height + padding >= size, last.width + padding >= size else {
            throw section.error("is larger than what it is given, \(last.width)x\(last.height)")
        }
        return DarknetShape(
            channels: last.channels, height: (last.height + padding - size) / stride + 1,
            width: (last.width + padding - size) / stride + 1)
    }
}
