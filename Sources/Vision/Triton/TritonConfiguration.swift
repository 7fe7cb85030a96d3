package import Inference

/// `config.pbtxt` of a model in a Triton model repository: text of the protobuf message `ModelConfig`
/// (triton-inference-server/common protobuf/model_config.proto).
package struct TritonConfiguration: Sendable {
    /// What runs the network there.
    package enum Backend: String, Sendable {
        case onnxRuntime = "onnxruntime"
        case openVINO = "openvino"
    }

    package struct Batching: Sendable {
        /// Pictures, or faces, of one run.
        package var maximumSize = 8
        /// How long the first of a batch may wait for others.
        package var maximumDelay = Duration.milliseconds(2)
        /// Requests that may wait; more are refused with 503.
        package var maximumQueue = 64

        package init() {}
    }

    private let metadata: ModelMetadata
    private let backend: Backend
    private let file: String
    private let batching: Batching

    /// - Parameters:
    ///   - metadata: of the network itself; the first dimension of every tensor counts pictures.
    ///   - file: the network's, inside the version's folder.
    /// - Throws: `ModelPackageError` if a tensor has no room for a batch.
    package init(
        _ metadata: ModelMetadata, backend: Backend, file: String, batching: Batching = Batching()
    ) throws(ModelPackageError) {
        for tensor in metadata.inputs + metadata.outputs where tensor.shape.first != -1 {
            throw ModelPackageError(
                .invalid,
                "\(file) of \(metadata.name)/\(metadata.version) cannot be batched: '\(tensor.name)' has the shape "
                    + "\(tensor.shape), and its first dimension is not variable; export the network again")
        }
        self.metadata = metadata
        self.backend = backend
        self.file = file
        self.batching = batching
    }

    package var text: String {
        """
        # Made by "maskwatch model export" from the model package \(metadata.name)/\(metadata.version).
        name: "\(metadata.name)"
        backend: "\(backend.rawValue)"
        default_model_filename: "\(file)"
        max_batch_size: \(batching.maximumSize)
        \(tensors("input", metadata.inputs))
        \(tensors("output", metadata.outputs))
        dynamic_batching {
          max_queue_delay_microseconds: \(Int(batching.maximumDelay / .microseconds(1)))
          default_queue_policy {
            max_queue_size: \(batching.maximumQueue)
          }
        }
        instance_group [
          {
            count: 1
            kind: \(backend == .openVINO ? "KIND_CPU" : "KIND_AUTO")
          }
        ]

        """
    }

    /// Triton adds the dimension that counts pictures by itself.
    private func tensors(_ field: String, _ tensors: [ModelMetadata.TensorMetadata]) -> String {
        let entries = tensors.map { tensor in
            let type = tensor.type == .bytes ? "TYPE_STRING" : "TYPE_\(tensor.type.rawValue)"
            let dims = tensor.shape.dropFirst().map { String($0) }.joined(separator: ", ")
            return "  {\n    name: \"\(tensor.name)\"\n    data_type: \(type)\n    dims: [ \(dims) ]\n  }"
        }
        return "\(field) [\n\(entries.joined(separator: ",\n"))\n]"
    }
}
