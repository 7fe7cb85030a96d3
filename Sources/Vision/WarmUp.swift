import Imaging
package import Inference

extension FaceAnalyzer {
    /// Runs both networks on grey pictures of every shape that pictures become, in all runs that may be side by side: a
    /// network that gives nonsense is noticed, and the first pictures need not wait until shapes are made ready.
    /// - Throws: `InferenceError`.
    package func warmUp() async throws {
        for input in detector.usualInputs {
            let look = detector.emptyLook(input)
            try await inEveryRun {
                _ = try self.detector.detections(in: await self.detector.infer([look]), size: input.content)
            }
        }
        try await inEveryRun { try await self.classifier.warmUp() }
    }

    private func inEveryRun(_ body: @escaping @Sendable () async throws -> Void) async throws {
        _ = try await Array(0..<width).mapSideBySide(atMost: width) { _ in try await body() }
    }
}

extension Tensor {
    /// Pixels of the colour that surrounds pictures.
    package static func grey(name: String, shape: [Int]) -> Tensor {
        let storage = unsafe TensorStorage(byteCount: shape.reduce(1, *)) { bytes in
            _ = unsafe bytes.initializeMemory(as: UInt8.self, repeating: Color.padding.red)
        }
        return Tensor(name: name, type: .uint8, shape: shape, storage: storage)
    }
}
