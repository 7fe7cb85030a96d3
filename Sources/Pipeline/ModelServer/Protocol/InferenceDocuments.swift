import Foundation
import Inference

/// The JSON of the Open Inference Protocol (kserve/open-inference-protocol inference_rest.md) and of its statistics and
/// repository extensions.
enum InferenceDocuments {
    struct Server: Encodable {
        let name: String
        let version: String
        let extensions: [String]
    }

    struct TensorDescription: Encodable {
        let name: String
        let datatype: String
        let shape: [Int]
    }

    struct Model: Encodable {
        let name: String
        let versions: [String]
        let platform: String
        let inputs: [TensorDescription]
        let outputs: [TensorDescription]

        init(_ metadata: ModelMetadata, versions: [String]) {
            name = metadata.name
            self.versions = versions
            platform = metadata.platform
            inputs = metadata.inputs.map {
                TensorDescription(name: $0.name, datatype: $0.type.rawValue, shape: $0.shape)
            }
            outputs = metadata.outputs.map {
                TensorDescription(name: $0.name, datatype: $0.type.rawValue, shape: $0.shape)
            }
        }
    }

    /// `detail` is beyond the protocol: what exactly is wrong with a picture.
    struct Refusal: Encodable {
        let error: String
        let detail: InferenceError.Detail?
    }

    struct IndexEntry: Encodable {
        let name: String
        let version: String
        let state: String
        let reason: String
    }

    struct Statistics: Encodable {
        let modelStats: [ModelStats]

        enum CodingKeys: String, CodingKey { case modelStats = "model_stats" }
    }

    struct ModelStats: Encodable {
        let name: String
        let version: String
        let lastInference: Int
        let inferenceCount: Int
        let executionCount: Int
        let inferenceStats: [String: ModelStatistics.Total]
        let batchStats: [ModelStatistics.BatchTotal]

        enum CodingKeys: String, CodingKey {
            case name, version
            case lastInference = "last_inference"
            case inferenceCount = "inference_count"
            case executionCount = "execution_count"
            case inferenceStats = "inference_stats"
            case batchStats = "batch_stats"
        }

        init(_ model: ServedModel) {
            let counts = model.statistics.read()
            name = model.metadata.name
            version = model.metadata.version
            lastInference = counts.lastInference
            inferenceCount = counts.inferences
            executionCount = counts.executions
            // Copying into and out of a batch is part of the compute time: it is not measured apart.
            inferenceStats = [
                "success": counts.success, "fail": counts.fail, "queue": counts.queue,
                "compute_input": ModelStatistics.Total(), "compute_infer": counts.compute,
                "compute_output": ModelStatistics.Total(),
            ]
            batchStats = counts.batches.sorted { $0.key < $1.key }
                .map { ModelStatistics.BatchTotal(batchSize: $0.key, computeInfer: $0.value) }
        }
    }
}
