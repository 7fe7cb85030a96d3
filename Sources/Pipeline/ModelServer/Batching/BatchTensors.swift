import Foundation
import Inference

/// Puts the tensors of several requests below each other and takes the answer apart again. The first dimension counts rows.
enum BatchTensors {
    /// What must be equal for requests to share a batch.
    struct Shape: Hashable {
        struct Input: Hashable {
            let name: String
            let type: ElementType
            let rowShape: [Int]
        }

        let inputs: [Input]

        init(_ tensors: [Tensor]) {
            inputs = tensors.map { Input(name: $0.name, type: $0.type, rowShape: Array($0.shape.dropFirst())) }
                .sorted { $0.name < $1.name }
        }
    }

    /// - Throws: `InferenceError` if the inputs have no rows or not the same number of them.
    static func rows(of tensors: [Tensor]) throws -> Int {
        guard let rows = tensors.first?.shape.first, rows > 0 else {
            throw InferenceError(
                .invalidRequest, "the first dimension of every input counts pictures; it must be at least 1")
        }
        for tensor in tensors where tensor.shape.first != rows {
            throw InferenceError(
                .invalidRequest, "input '\(tensor.name)' has \(tensor.shape.first ?? 0) rows, the others have \(rows)")
        }
        return rows
    }

    static func joined(_ requests: [[Tensor]]) -> [Tensor] {
        guard let first = requests.first, requests.count > 1 else { return requests.first ?? [] }
        return first.map { tensor in
            let parts = requests.compactMap { $0.first { $0.name == tensor.name } }
            let rows = parts.reduce(0) { $0 + ($1.shape.first ?? 0) }
            return Tensor(
                name: tensor.name, type: tensor.type, shape: [rows] + tensor.shape.dropFirst(),
                storage: concatenated(parts.map(\.storage)))
        }
    }

    /// The rows of each request, in the order of the batch.
    /// - Throws: `InferenceError` if an output does not have a row for every row of the batch.
    static func split(_ outputs: [Tensor], rows: [Int]) throws -> [[Tensor]] {
        let total = rows.reduce(0, +)
        for output in outputs where output.shape.first != total {
            throw InferenceError(.invalidModel, "output '\(output.name)' does not have one row for each picture")
        }
        guard rows.count > 1 else { return [outputs] }
        var first = 0
        return rows.map { count in
            defer { first += count }
            return outputs.map { slice($0, first: first, count: count) }
        }
    }

    private static func slice(_ tensor: Tensor, first: Int, count: Int) -> Tensor {
        let rowBytes = tensor.storage.byteCount / max(tensor.shape.first ?? 1, 1)
        let storage = unsafe TensorStorage(byteCount: count * rowBytes) { target in
            unsafe tensor.storage.withUnsafeBytes { source in
                unsafe target.copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: source[(first * rowBytes)..<((first + count) * rowBytes)]))
            }
        }
        return Tensor(name: tensor.name, type: tensor.type, shape: [count] + tensor.shape.dropFirst(), storage: storage)
    }

    private static func concatenated(_ parts: [TensorStorage]) -> TensorStorage {
        let total = parts.reduce(0) { $0 + $1.byteCount }
        return unsafe TensorStorage(byteCount: total) { target in
            var offset = 0
            for part in parts {
                unsafe part.withUnsafeBytes { source in
                    unsafe UnsafeMutableRawBufferPointer(rebasing: target[offset...]).copyMemory(from: source)
                    offset += source.count
                }
            }
        }
    }
}
