import Foundation
import Inference
import InferenceOpenVINO
import Logging
import TestSupport
import Testing

@Suite struct OpenVINOBackendTests {
    private func backend(_ change: (inout OpenVINOOptions) -> Void = { _ in }) async throws -> OpenVINOBackend {
        var options = OpenVINOOptions()
        change(&options)
        let backend = try OpenVINOBackend(options: options, logger: .silent)
        for name in ["colour-detector", "colour-classifier"] {
            let xml = Fixtures.models.appending(path: "\(name)/1/model.xml")
            try await backend.load(name: name, version: "1", xml: xml)
        }
        return backend
    }

    /// Pictures of one colour.
    private func input(_ colors: [[UInt8]], side: Int, name: String = "image") -> Tensor {
        let shape = [colors.count, side, side, 3]
        let pixels = colors.flatMap { color in (0..<side * side).flatMap { _ in color } }
        let storage = unsafe TensorStorage(byteCount: pixels.count) { unsafe $0.copyBytes(from: pixels) }
        return Tensor(name: name, type: .uint8, shape: shape, storage: storage)
    }

    @Test func `metadata names the tensors, with -1 for what may vary`() async throws {
        let metadata = try await backend().metadata(of: "colour-detector")
        #expect(metadata.version == "1" && metadata.platform == "openvino")
        #expect(metadata.inputs.map(\.name) == ["image"] && metadata.inputs[0].type == .uint8)
        #expect(metadata.inputs[0].shape == [-1, -1, -1, 3])
        #expect(metadata.outputs.map(\.name) == ["head_16", "head_32"] && metadata.outputs[0].shape.count == 4)
    }

    @Test func `each item of a batch gets its own numbers`() async throws {
        let colors: [[UInt8]] = [[255, 0, 0], [0, 255, 0], [0, 0, 255]]
        let request = InferRequest(model: "colour-classifier", inputs: [input(colors, side: 16)])
        let logits = try await backend().infer(request).output("logits")
        #expect(logits.shape == [3, 3])
        let values = unsafe logits.withFloats { unsafe Array($0) }
        let expected: [Float] = [0, 0, 8, 0, 8, 0, 8, 0, 0]
        #expect(zip(values, expected).allSatisfy { abs($0 - $1) < 0.1 }, "\(values)")
    }

    @Test func `input shapes may change from call to call, and back`() async throws {
        let backend = try await backend()
        for side in [64, 96, 128, 64, 160, 96, 64] {
            let request = InferRequest(model: "colour-detector", inputs: [input([[255, 0, 0]], side: side)])
            let response = try await backend.infer(request)
            #expect(try response.output("head_16").shape == [1, 10, side / 16, side / 16])
            #expect(try response.output("head_32").shape == [1, 5, side / 32, side / 32])
        }
    }

    @Test func `outputs stay as they are while later calls run`() async throws {
        let backend = try await backend()
        func logits(_ color: [UInt8]) async throws -> Tensor {
            let request = InferRequest(model: "colour-classifier", inputs: [input([color], side: 16)])
            return try await backend.infer(request).output("logits")
        }
        let red = try await logits([255, 0, 0])
        let before = unsafe red.withFloats { unsafe Array($0) }
        for _ in 0..<5 { _ = try await logits([0, 0, 255]) }
        #expect(unsafe red.withFloats { unsafe Array($0) } == before)
    }

    @Test func `many calls at once each get their own answer`() async throws {
        let backend = try await backend { $0.concurrency = 3 }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for index in 0..<60 {
                let channel = index % 3
                let color: [UInt8] = (0..<3).map { $0 == channel ? 255 : 0 }
                let request = InferRequest(model: "colour-classifier", inputs: [input([color], side: 16)])
                group.addTask {
                    let logits = try await backend.infer(request).output("logits")
                    let values = unsafe logits.withFloats { unsafe Array($0) }
                    return values.firstIndex(of: values.max() ?? 0) == 2 - channel
                }
            }
            for try await isRight in group { #expect(isRight) }
        }
    }

    @Test func `more calls than may wait are refused as overloaded`() async throws {
        let backend = try await backend { $0.maximumWaiting = 1 }
        let request = InferRequest(model: "colour-detector", inputs: [input([[9, 9, 9]], side: 512)])
        let codes = await withTaskGroup(of: InferenceError.Code?.self) { group in
            for _ in 0..<32 {
                group.addTask {
                    do { _ = try await backend.infer(request) } catch { return (error as? InferenceError)?.code }
                    return nil
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(codes.contains(nil) && codes.contains(.overloaded))
        #expect(codes.allSatisfy { $0 == nil || $0 == .overloaded })
        #expect(try await backend.infer(request).outputs.count == 2)
    }

    @Test func `requests the network does not take are refused with what was expected`() async throws {
        let backend = try await backend()
        func code(_ model: String, _ inputs: [Tensor]) async -> InferenceError.Code? {
            do { _ = try await backend.infer(InferRequest(model: model, inputs: inputs)) } catch {
                return (error as? InferenceError)?.code
            }
            return nil
        }
        #expect(await code("nothing", [input([[0, 0, 0]], side: 16)]) == .notFound)
        #expect(await code("colour-classifier", []) == .invalidRequest)
        #expect(await code("colour-classifier", [input([[0, 0, 0]], side: 16, name: "x")]) == .invalidRequest)
        #expect(await code("colour-classifier", [input([[0, 0, 0]], side: 24)]) == .invalidRequest)
        let floats = unsafe Tensor(
            name: "image", type: .float32, shape: [1, 2, 2, 3],
            storage: TensorStorage(byteCount: 48) { unsafe $0.initializeMemory(as: UInt8.self, repeating: 0) })
        #expect(await code("colour-detector", [floats]) == .invalidRequest)
        // The input is allowed by its metadata, but no cell fits into it.
        #expect(await code("colour-detector", [input([[0, 0, 0]], side: 8)]) != nil)
        #expect(await code("colour-classifier", [input([[0, 0, 0]], side: 16)]) == nil)
    }

    @Test func `a broken network is refused, and the one before keeps serving`() async throws {
        let backend = try await backend()
        let scratch = try ScratchDirectory()
        let broken = scratch.url.appending(path: "model.xml")
        try Data("<net><broken".utf8).write(to: broken)
        await #expect(throws: InferenceError.self) {
            try await backend.load(name: "colour-classifier", version: "2", xml: broken)
        }
        #expect(try await backend.metadata(of: "colour-classifier").version == "1")
    }

    @Test func `compiled networks can be kept on disk`() async throws {
        let scratch = try ScratchDirectory()
        for _ in 0..<2 {
            let backend = try await backend { $0.cacheDirectory = scratch.url }
            let request = InferRequest(model: "colour-classifier", inputs: [input([[255, 0, 0]], side: 16)])
            #expect(try await backend.infer(request).outputs.count == 1)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.url.path).isEmpty == false)
    }
}
