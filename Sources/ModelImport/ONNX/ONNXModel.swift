import Foundation

/// An ONNX file: its tensors in and out, and its parts as they stand in the file (onnx/onnx, onnx/onnx.proto).
struct ONNXModel {
    static let fileLimit = 2_000_000_000

    struct Port {
        let name: String
        /// `TensorProto.DataType`; 1 is float, 2 is uint8, 10 is float16.
        let type: Int
        /// Nil for an open side.
        let shape: [Int?]
    }

    let file: String
    /// Without the constants that older files list among the inputs.
    let inputs: [Port]
    let outputs: [Port]
    let operatorSet: Int
    /// Everything of the file but its graph.
    private let frame: [ProtobufReader.Field]
    private let graph: [ProtobufReader.Field]

    /// - Throws: `ModelImportError` if it is no ONNX file, or if it takes weights from other files.
    init(_ file: ModelFile) throws(ModelImportError) {
        self.file = file.name
        let reaches: Bool
        do throws(ProtobufError) {
            let fields = try ProtobufReader.fields(of: file.data)
            let graphs = fields.filter { $0.number == 7 }
            guard graphs.count == 1, let bytes = graphs[0].bytes else { throw ProtobufError() }
            frame = fields.filter { $0.number != 7 }
            graph = try ProtobufReader.fields(of: bytes)
            let constants = try Self.names(of: graph, field: 5, name: 8)
            inputs = try Self.ports(graph, field: 11).filter { !constants.contains($0.name) }
            outputs = try Self.ports(graph, field: 12)
            operatorSet = try Self.operatorSet(fields)
            reaches = try ONNXSafety.reachesOtherFiles(frame: frame, graph: graph)
        } catch {
            throw ModelImportError(file.name, "this is no ONNX file, or a damaged one")
        }
        guard !reaches else {
            throw ModelImportError(file.name, "its weights lie in other files; save it as one file")
        }
        guard !inputs.isEmpty, !outputs.isEmpty else {
            throw ModelImportError(file.name, "it has no input or no output")
        }
    }

    /// The same model with `nodes` before it, which make its input `old` of the new input `port`; both as encoded fields.
    func replacingInput(_ old: String, with port: Data, nodes: Data, constants: Data) -> Data {
        var inner = ProtobufWriter()
        inner.raw(nodes)
        inner.raw(constants)
        for field in graph where !(field.number == 11 && (try? Self.port(field))?.name == old) {
            inner.raw(field.encoded)
        }
        inner.raw(port)
        var outer = ProtobufWriter()
        for field in frame { outer.raw(field.encoded) }
        outer.bytes(7, inner.data)
        return outer.data
    }

    private static func operatorSet(_ fields: [ProtobufReader.Field]) throws(ProtobufError) -> Int {
        var version = 1
        for field in fields where field.number == 8 {
            let parts = try ProtobufReader.fields(of: field.bytes ?? Data())
            let domain = parts.first { $0.number == 1 }?.text ?? ""
            if domain.isEmpty || domain == "ai.onnx" {
                version = Int(clamping: parts.first { $0.number == 2 }?.integer ?? 1)
            }
        }
        return version
    }

    private static func names(
        of fields: [ProtobufReader.Field], field: Int, name: Int
    ) throws(ProtobufError) -> Set<String> {
        var names: Set<String> = []
        for element in fields where element.number == field {
            let parts = try ProtobufReader.fields(of: element.bytes ?? Data())
            if let found = parts.first(where: { $0.number == name }) { names.insert(found.text) }
        }
        return names
    }

    private static func ports(_ fields: [ProtobufReader.Field], field: Int) throws(ProtobufError) -> [Port] {
        var ports: [Port] = []
        for element in fields where element.number == field { ports.append(try port(element)) }
        return ports
    }

    /// `ValueInfoProto`: name = 1, type = 2; its tensor_type = 1 has elem_type = 1 and shape = 2, whose dim = 1 has
    /// dim_value = 1.
    private static func port(_ field: ProtobufReader.Field) throws(ProtobufError) -> Port {
        let parts = try ProtobufReader.fields(of: field.bytes ?? Data())
        let tensor = try nested(try nested(parts, 2), 1)
        var shape: [Int?] = []
        for side in try nested(tensor, 2) where side.number == 1 {
            let values = try ProtobufReader.fields(of: side.bytes ?? Data())
            let value = values.first { $0.number == 1 }.flatMap { Int(exactly: $0.integer) }
            shape.append(value.flatMap { $0 > 0 ? $0 : nil })
        }
        return Port(
            name: parts.first { $0.number == 1 }?.text ?? "",
            type: Int(clamping: tensor.first { $0.number == 1 }?.integer ?? 0), shape: shape)
    }

    private static func nested(
        _ fields: [ProtobufReader.Field], _ number: Int
    ) throws(ProtobufError) -> [ProtobufReader.Field] {
        try ProtobufReader.fields(of: fields.first { $0.number == number }?.bytes ?? Data())
    }
}
