/// From sections to layers, with darknet's defaults (AlexeyAB/darknet, src/parser.c).
enum DarknetReader {
    static func convolution(
        _ section: DarknetSection, _ last: DarknetShape
    ) throws(ModelImportError) -> DarknetLayer.Convolution {
        try section.allowOnly([
            "batch_normalize", "filters", "size", "stride", "pad", "padding", "activation", "groups", "dilation",
            "stopbackward",
        ])
        let size = try section.integer("size", in: 1...31, default: 1)
        let groups = try section.integer("groups", in: 1...8192, default: 1)
        let filters = try section.integer("filters", in: 1...8192)
        guard filters % groups == 0, last.channels % groups == 0 else {
            throw section.error(
                "groups=\(groups) does not divide filters=\(filters) and the \(last.channels) channels given",
                at: "groups")
        }
        guard try section.integer("dilation", in: 1...64, default: 1) == 1 else {
            throw section.error("dilation other than 1 cannot be imported", at: "dilation")
        }
        let padding = try section.integer("padding", in: 0...31, default: 0)
        return DarknetLayer.Convolution(
            filters: filters, size: size, stride: try section.integer("stride", in: 1...32, default: 1),
            padding: try section.flag("pad") ? size / 2 : padding, groups: groups,
            normalises: try section.flag("batch_normalize"), activation: try activation(section, default: .logistic))
    }

    static func pooling(_ section: DarknetSection) throws(ModelImportError) -> DarknetLayer.Pooling {
        try section.allowOnly(["size", "stride", "padding"])
        let stride = try section.integer("stride", in: 1...32, default: 1)
        let size = try section.integer("size", in: 1...63, default: stride)
        return DarknetLayer.Pooling(
            size: size, stride: stride, padding: try section.integer("padding", in: 0...size, default: size - 1))
    }

    static func upsampling(_ section: DarknetSection) throws(ModelImportError) -> Int {
        try section.allowOnly(["stride", "scale"])
        guard try section.number("scale", in: 0...100, default: 1) == 1 else {
            throw section.error("scale other than 1 cannot be imported", at: "scale")
        }
        return try section.integer("stride", in: 1...32, default: 2)
    }

    static func route(
        _ section: DarknetSection, _ shapes: [DarknetShape]
    ) throws(ModelImportError) -> (DarknetLayer, DarknetShape) {
        try section.allowOnly(["layers", "groups", "group_id", "stopbackward"])
        let sources = try sources(section, "layers", shapes)
        let groups = try section.integer("groups", in: 1...8192, default: 1)
        let group = try section.integer("group_id", in: 0...groups - 1, default: 0)
        var joined = shapes[sources[0]]
        joined.channels = 0
        for source in sources {
            let shape = shapes[source]
            guard (shape.width, shape.height) == (joined.width, joined.height) else {
                throw section.error(
                    "joins layers of \(joined.width)x\(joined.height) and \(shape.width)x\(shape.height)", at: "layers")
            }
            guard shape.channels % groups == 0 else {
                throw section.error("groups=\(groups) does not divide \(shape.channels) channels", at: "groups")
            }
            joined.channels += shape.channels / groups
        }
        guard joined.channels <= 65_536 else { throw section.error("joins more than 65536 channels", at: "layers") }
        return (.route(sources: sources, groups: groups, group: group), joined)
    }

    static func shortcut(
        _ section: DarknetSection, _ shapes: [DarknetShape], _ last: DarknetShape
    ) throws(ModelImportError) -> DarknetLayer {
        try section.allowOnly(["from", "activation", "weights_type", "weights_normalization"])
        if let type = section.values["weights_type"], type.text != "none" {
            throw section.error("weights_type=\(type.text) cannot be imported", at: "weights_type")
        }
        let sources = try sources(section, "from", shapes)
        for source in sources where shapes[source] != last {
            let other = shapes[source]
            throw section.error(
                "adds layers of \(last.channels)x\(last.height)x\(last.width) and "
                    + "\(other.channels)x\(other.height)x\(other.width)", at: "from")
        }
        return .shortcut(sources: sources, activation: try activation(section, default: .linear))
    }

    static func head(
        _ section: DarknetSection, _ last: DarknetShape, width: Int, height: Int
    ) throws(ModelImportError) -> DarknetLayer.Head {
        let classes = try section.integer("classes", in: 1...LabelFile.maximum, default: 20)
        let sizes = try section.list("anchors", most: 200)
        guard sizes.count % 2 == 0, sizes.allSatisfy({ $0 > 0 && $0 <= 8192 }) else {
            throw section.error("anchors= must be pairs of sizes in pixels", at: "anchors")
        }
        let pairs = stride(from: 0, to: sizes.count, by: 2).map { [sizes[$0], sizes[$0 + 1]] }
        let mask = section.values["mask"] == nil ? Array(pairs.indices) : try section.integers("mask", most: 100)
        guard let anchors = mask.allElements(of: pairs) else {
            throw section.error("mask= names anchors that are not among the \(pairs.count) given", at: "mask")
        }
        guard last.channels == anchors.count * (5 + classes) else {
            throw section.error(
                "needs \(anchors.count * (5 + classes)) channels for \(anchors.count) anchors and \(classes) classes, "
                    + "but is given \(last.channels): set filters= of the layer before")
        }
        guard width % last.width == 0, height % last.height == 0, width / last.width == height / last.height else {
            throw section.error("cells of \(last.width)x\(last.height) do not divide the picture evenly")
        }
        return DarknetLayer.Head(
            anchors: anchors, classes: classes, scaleXY: try section.number("scale_x_y", in: 1...4, default: 1),
            newCoords: try section.flag("new_coords"), suppression: try suppression(section),
            stride: width / last.width)
    }

    private static func suppression(_ section: DarknetSection) throws(ModelImportError) -> DarknetSuppression {
        let kind = section.values["nms_kind"]?.text ?? "default"
        guard ["default", "greedynms", "diounms"].contains(kind) else {
            throw section.error("nms_kind=\(kind) cannot be imported; greedynms and diounms can", at: "nms_kind")
        }
        let beta = try section.number("beta_nms", in: 0.01...10, default: 0.6)
        return DarknetSuppression(isDistance: kind == "diounms", beta: kind == "diounms" ? beta : 0)
    }

    private static func activation(
        _ section: DarknetSection, default fallback: DarknetActivation
    ) throws(ModelImportError) -> DarknetActivation {
        guard let value = section.values["activation"] else { return fallback }
        guard let activation = DarknetActivation(rawValue: value.text) else {
            let known = DarknetActivation.allCases.map(\.rawValue).joined(separator: ", ")
            throw section.error("activation=\(value.text) cannot be imported; \(known) can", at: "activation")
        }
        return activation
    }

    /// Earlier layers by number from the start, or from here where it is negative.
    private static func sources(
        _ section: DarknetSection, _ key: String, _ shapes: [DarknetShape]
    ) throws(ModelImportError) -> [Int] {
        let sources = try section.integers(key, most: 64).map { $0 < 0 ? shapes.count + $0 : $0 }
        guard let wrong = sources.first(where: { !shapes.indices.contains($0) }) else { return sources }
        throw section.error(
            "\(key)= names layer \(wrong), but only layers before this one, \(shapes.count), can be", at: key)
    }
}

extension [Int] {
    /// The elements these indices name; nil if one is missing.
    fileprivate func allElements<Value>(of list: [Value]) -> [Value]? {
        allSatisfy(list.indices.contains) ? map { list[$0] } : nil
    }
}
