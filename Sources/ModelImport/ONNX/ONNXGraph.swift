import Foundation

/// An ONNX graph while it is made (onnx/onnx, onnx/onnx.proto; field numbers from there).
struct ONNXGraph {
    enum ElementType: Int {
        case float = 1
        case uint8 = 2
        case int64 = 7
    }

    enum Attribute {
        case int(String, Int)
        case ints(String, [Int])
        case float(String, Float)
        case text(String, String)
    }

    /// A side of a tensor: fixed, or named where it is open.
    enum Side {
        case fixed(Int)
        case open(String)
    }

    static let operatorSet = 13
    private static let formatVersion = 8

    private var nodes = ProtobufWriter()
    private var initializers = ProtobufWriter()
    private var ports = ProtobufWriter()
    private let name: String

    init(name: String) { self.name = name }

    /// - Returns: `output`, to be given on.
    @discardableResult
    mutating func node(_ type: String, _ inputs: [String], _ output: String, _ attributes: [Attribute] = []) -> String {
        nodes.message(1) { node in
            for input in inputs { node.text(1, input) }
            node.text(2, output)
            node.text(3, output)
            node.text(4, type)
            for attribute in attributes { node.message(5) { Self.write(attribute, to: &$0) } }
        }
        return output
    }

    mutating func constant(_ name: String, _ values: [Float], _ shape: [Int]) -> String {
        initializers.message(5) { tensor in
            Self.begin(&tensor, name, .float, shape)
            tensor.floats(9, values)
        }
        return name
    }

    mutating func constant(_ name: String, _ values: [Int]) -> String {
        initializers.message(5) { tensor in
            Self.begin(&tensor, name, .int64, [values.count])
            tensor.int64s(9, values)
        }
        return name
    }

    mutating func input(_ name: String, _ type: ElementType, _ shape: [Side]) {
        ports.message(11) { Self.port(&$0, name, type, shape) }
    }

    mutating func output(_ name: String, _ type: ElementType, _ shape: [Side]) {
        ports.message(12) { Self.port(&$0, name, type, shape) }
    }

    /// Encoded fields of a `GraphProto`.
    var encodedNodes: Data { nodes.data }
    var encodedConstants: Data { initializers.data }
    var encodedPorts: Data { ports.data }

    /// Writes the model; the weights pass through memory twice at most.
    /// - Throws: what writing a file throws.
    func write(to file: URL) throws {
        var head = ProtobufWriter()
        head.text(2, name)
        let parts = [head.data, nodes.data, initializers.data, ports.data]
        var model = ProtobufWriter()
        model.integer(1, Self.formatVersion)
        model.text(2, "maskwatch")
        model.message(8) { $0.integer(2, Self.operatorSet) }
        model.header(7, length: parts.reduce(0) { $0 + $1.count })
        try model.data.write(to: file)
        let handle = try FileHandle(forWritingTo: file)
        defer { try? handle.close() }
        try handle.seekToEnd()
        for part in parts { try handle.write(contentsOf: part) }
    }

    private static func write(_ attribute: Attribute, to writer: inout ProtobufWriter) {
        switch attribute {
        case .int(let name, let value):
            writer.text(1, name)
            writer.integer(3, value)
            writer.integer(20, 2)
        case .ints(let name, let values):
            writer.text(1, name)
            for value in values { writer.integer(8, value) }
            writer.integer(20, 7)
        case .float(let name, let value):
            writer.text(1, name)
            writer.float(2, value)
            writer.integer(20, 1)
        case .text(let name, let value):
            writer.text(1, name)
            writer.text(4, value)
            writer.integer(20, 3)
        }
    }

    private static func begin(_ tensor: inout ProtobufWriter, _ name: String, _ type: ElementType, _ shape: [Int]) {
        for side in shape { tensor.integer(1, side) }
        tensor.integer(2, type.rawValue)
        tensor.text(8, name)
    }

    private static func port(_ port: inout ProtobufWriter, _ name: String, _ type: ElementType, _ shape: [Side]) {
        port.text(1, name)
        port.message(2) { kind in
            kind.message(1) { tensor in
                tensor.integer(1, type.rawValue)
                tensor.message(2) { sides in
                    for side in shape {
                        sides.message(1) { dimension in
                            switch side {
                            case .fixed(let value): dimension.integer(1, value)
                            case .open(let name): dimension.text(2, name)
                            }
                        }
                    }
                }
            }
        }
    }
}
