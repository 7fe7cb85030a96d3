import Foundation

extension OpenVINOOptions {
    /// As OpenVINO takes them (openvino/runtime/properties.hpp).
    var properties: [(key: String, value: String)] {
        var list = [(key: "PERFORMANCE_HINT", value: hint.rawValue)]
        if let threads { list.append(("INFERENCE_NUM_THREADS", String(threads))) }
        if let streams = streams ?? (device == "CPU" ? concurrency : nil) {
            list.append(("NUM_STREAMS", String(streams)))
        }
        if precision != .automatic { list.append(("INFERENCE_PRECISION_HINT", precision.rawValue)) }
        if let cacheDirectory { list.append(("CACHE_DIR", cacheDirectory.path)) }
        // Other processes share the cores: the system may move our threads.
        if device == "CPU" { list.append(("ENABLE_CPU_PINNING", "NO")) }
        return list
    }
}
