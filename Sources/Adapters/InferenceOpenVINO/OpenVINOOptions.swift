package import Foundation
import ServiceLifecycle

/// How OpenVINO runs the networks.
package struct OpenVINOOptions: Sendable {
    package enum PerformanceHint: String, Sendable, CaseIterable {
        case latency = "LATENCY"
        case throughput = "THROUGHPUT"
    }

    /// The arithmetic where the network is not quantised. BF16 is twice as fast where the processor has it.
    package enum Precision: String, Sendable, CaseIterable {
        case automatic = ""
        case float32 = "f32"
        case bfloat16 = "bf16"
        case float16 = "f16"
    }

    /// `CPU`, `GPU`, `NPU`, `AUTO`, ... as OpenVINO names them.
    package var device = "CPU"
    package var hint = PerformanceHint.latency
    /// Threads of all streams together; nil lets OpenVINO take every core.
    package var threads: Int?
    /// Inferences that run side by side inside OpenVINO; nil means `concurrency` on a CPU, elsewhere the hint decides.
    package var streams: Int?
    package var precision = Precision.automatic
    /// Where compiled networks are kept to start faster next time; nil keeps none.
    package var cacheDirectory: URL?
    /// Calls that run side by side, each on a thread of its own. Two pictures on a core each are done sooner than one
    /// after the other on both, more so when cameras and the database want the cores too.
    package var concurrency = min(2, ProcessorCores.allowed)
    /// Calls that may wait; more are refused as overloaded.
    package var maximumWaiting = 64

    package init() {}
}
