package import Inference

extension ModelPackage {
    /// Whether a model server's model of this name is the network of this package.
    /// - Throws: `ModelPackageError` naming the tensor, what it is and what it should be.
    package func check(_ served: ModelMetadata) throws(ModelPackageError) {
        if let number = Int(served.version), number != Int(version) {
            throw mismatch("it serves version \(number): install the package of that version here")
        }
        let input = try find(description.input.name, in: served.inputs, "input")
        try check(input, .uint8, [nil, description.input.height, description.input.width, 3])
        guard served.inputs.count == 1 else { throw mismatch("it takes \(served.inputs.count) inputs, not one") }
        for (name, shape) in expectedOutputs {
            let output = try find(name, in: served.outputs, "output")
            try check(output, .float32, shape)
        }
    }

    /// Nil where any number will do.
    private var expectedOutputs: [(String, [Int?])] {
        let heads = (description.heads ?? []).map { ($0.output, [nil, nil, nil, nil] as [Int?]) }
        return heads + (description.output.map { [($0, [nil, description.labels.count])] } ?? [])
    }

    private func find(
        _ name: String, in tensors: [ModelMetadata.TensorMetadata], _ kind: String
    ) throws(ModelPackageError) -> ModelMetadata.TensorMetadata {
        if let tensor = tensors.first(where: { $0.name == name }) { return tensor }
        throw mismatch("it has no \(kind) '\(name)', but \(tensors.map(\.name).joined(separator: ", "))")
    }

    private func check(
        _ tensor: ModelMetadata.TensorMetadata, _ type: ElementType, _ shape: [Int?]
    ) throws(ModelPackageError) {
        let fits =
            tensor.shape.count == shape.count
            && zip(tensor.shape, shape).allSatisfy { $0 == -1 || $1 == nil || $0 == $1 }
        guard tensor.type == type, fits else {
            let wanted = shape.map { $0.map { String($0) } ?? "any" }.joined(separator: ", ")
            throw mismatch(
                "'\(tensor.name)' is \(tensor.type.rawValue) \(tensor.shape), expected \(type.rawValue) [\(wanted)]")
        }
    }

    private func mismatch(_ problem: String) -> ModelPackageError {
        ModelPackageError(.invalid, "the model server's '\(name)' is not the model package \(identity): \(problem)")
    }
}
