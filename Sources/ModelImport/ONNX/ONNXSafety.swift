import Foundation

/// An ONNX file may name other files as the place of its weights; such a file could have anything of this machine read in.
/// Weights stand in initializers, in constants of nodes, in the graphs inside nodes, and in functions.
enum ONNXSafety {
    private static let maximumDepth = 16

    /// - Parameters:
    ///   - frame: fields of `ModelProto`: functions = 25 (onnx/onnx, onnx/onnx.proto).
    ///   - graph: fields of its `GraphProto`.
    static func reachesOtherFiles(
        frame: [ProtobufReader.Field], graph: [ProtobufReader.Field]
    ) throws(ProtobufError) -> Bool {
        for field in frame where field.number == 25 {
            if try function(field.bytes ?? Data()) { return true }
        }
        return try reaches(graph, depth: 0)
    }

    /// `GraphProto`: node = 1, initializer = 5, sparse_initializer = 15.
    private static func reaches(_ graph: [ProtobufReader.Field], depth: Int) throws(ProtobufError) -> Bool {
        guard depth < maximumDepth else { throw ProtobufError() }
        for field in graph {
            guard let bytes = field.bytes else { continue }
            switch field.number {
            case 1: if try node(bytes, depth) { return true }
            case 5: if try tensor(bytes) { return true }
            case 15: if try sparse(bytes) { return true }
            default: continue
            }
        }
        return false
    }

    private static func node(_ bytes: Data, _ depth: Int) throws(ProtobufError) -> Bool {
        for field in try ProtobufReader.fields(of: bytes) where field.number == 5 {
            for part in try ProtobufReader.fields(of: field.bytes ?? Data()) {
                guard let nested = part.bytes else { continue }
                switch part.number {
                // AttributeProto: t = 5, g = 6, tensors = 10, graphs = 11, sparse_tensor = 22, sparse_tensors = 23.
                case 5, 10: if try tensor(nested) { return true }
                case 6, 11:
                    let graph = try ProtobufReader.fields(of: nested)
                    if try reaches(graph, depth: depth + 1) { return true }
                case 22, 23: if try sparse(nested) { return true }
                default: continue
                }
            }
        }
        return false
    }

    /// `FunctionProto`: node = 7.
    private static func function(_ bytes: Data) throws(ProtobufError) -> Bool {
        for field in try ProtobufReader.fields(of: bytes) where field.number == 7 {
            if try node(field.bytes ?? Data(), 0) { return true }
        }
        return false
    }

    /// `SparseTensorProto`: values = 1, indices = 2.
    private static func sparse(_ bytes: Data) throws(ProtobufError) -> Bool {
        for field in try ProtobufReader.fields(of: bytes) where [1, 2].contains(field.number) {
            if try tensor(field.bytes ?? Data()) { return true }
        }
        return false
    }

    /// `TensorProto`: external_data = 13, data_location = 14 (1 is another file).
    private static func tensor(_ bytes: Data) throws(ProtobufError) -> Bool {
        try ProtobufReader.fields(of: bytes).contains { $0.number == 13 || $0.number == 14 && $0.integer == 1 }
    }
}
