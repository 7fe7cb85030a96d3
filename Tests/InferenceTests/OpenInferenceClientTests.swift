import Foundation
import Inference
import TestSupport
import Testing

@Suite("Open Inference Protocol calls and answers")
struct OpenInferenceClientTests {
    private func tensor(_ name: String, _ values: [Float], _ shape: [Int]) -> Tensor {
        let data = unsafe values.withUnsafeBytes { unsafe Data($0) }
        return Tensor(name: name, type: .float32, shape: shape, data: data)
    }

    private func answer(_ json: String, binary: Data? = nil) throws -> InferResponse {
        let head = Data(json.utf8)
        return try OpenInferenceAnswer(
            body: head + (binary ?? Data()), headerLength: binary == nil ? nil : head.count, model: "m"
        ).response
    }

    private func failure(_ json: String, binary: Data? = nil) -> InferenceError? {
        do {
            _ = try answer(json, binary: binary)
            return nil
        } catch { return error as? InferenceError }
    }

    @Test("are read by the server as they were meant")
    func roundTrip() throws {
        let inputs = [
            tensor("a", [1, 2, 3], [3]), Tensor(name: "b", shape: [2], elements: [Data("hi".utf8), Data()]),
        ]
        let call = try OpenInferenceCall(inputs: inputs)
        let request = try OpenInferenceRequest(body: call.body, headerLength: call.headerLength)
        #expect(request.inputs.map(\.name) == ["a", "b"] && request.inputs.map(\.shape) == [[3], [2]])
        #expect(request.inputs.map(\.data) == inputs.map(\.data))
        #expect(request.outputs == nil && request.isBinaryByDefault)
    }

    @Test("come back from the server as they were meant, in both forms", arguments: [true, false])
    func answers(isBinary: Bool) throws {
        let outputs = [tensor("y", [0.5, -1], [1, 2]), Tensor(name: "z", shape: [1], elements: [Data("no".utf8)])]
        let sent = try OpenInferenceResponse(
            model: "m", version: "3", id: nil, outputs: outputs.map { ($0, isBinary) })
        let read = try OpenInferenceAnswer(body: sent.body, headerLength: sent.headerLength, model: "m").response
        #expect(read.version == "3" && read.outputs.map(\.name) == ["y", "z"])
        #expect(read.outputs.map(\.data) == outputs.map(\.data) && read.outputs.map(\.shape) == outputs.map(\.shape))
    }

    @Test("carry the texts that a model says besides, and nothing else that a server may say")
    func parameters() throws {
        let sent = try OpenInferenceResponse(
            model: "m", version: "3", id: nil, parameters: ["models": "a/1 b/2"], outputs: [])
        let read = try OpenInferenceAnswer(body: sent.body, headerLength: nil, model: "m").response
        #expect(read.parameters == ["models": "a/1 b/2"])
        let other = #"{"parameters":{"sequence_id":0,"sequence_end":false,"note":"x"},"outputs":[]}"#
        #expect(try answer(other).parameters == ["note": "x"])
        #expect(try answer(#"{"outputs":[]}"#).parameters.isEmpty)
    }

    @Test(
        "are refused where they make no sense",
        arguments: [
            ("", "must be"), ("<html>", "makes no sense"), ("{}", "'outputs' is missing"),
            (#"{"outputs":[{"name":"y","shape":[2],"datatype":"FP32","data":[1]}]}"#, "'y'"),
            (#"{"outputs":[{"name":"y","shape":[-1],"datatype":"FP32","data":[]}]}"#, "negative"),
            (#"{"outputs":[{"name":"y","shape":[1],"datatype":"FP32","data":[null]}]}"#, "makes no sense"),
            (#"{"outputs":[{"name":"y","shape":[1],"datatype":"FP32","data":[NaN]}]}"#, "makes no sense"),
            (#"{"outputs":[{"name":"y","shape":[1],"datatype":"COMPLEX","data":[1]}]}"#, "unknown datatype"),
        ])
    func refused(json: String, part: String) {
        let error = failure(json)
        #expect(error?.code == .invalidModel)
        if !json.isEmpty { #expect(error?.message.contains(part) == true, "\(String(describing: error))") }
    }

    @Test("are refused where sizes do not fit the bytes there are")
    func sizes() {
        let json = #"{"outputs":[{"name":"y","shape":[1],"datatype":"FP32","parameters":{"binary_data_size":4}}]}"#
        #expect(failure(json, binary: Data([0, 0, 0]))?.code == .invalidModel)
        #expect(failure(json, binary: Data([0, 0, 0, 0, 0]))?.code == .invalidModel)
        #expect(failure(json, binary: Data([0, 0, 0, 0])) == nil)
    }

    @Test("are an error where a number is none", arguments: [Float.nan, -.nan, .infinity, -.infinity])
    func notFinite(value: Float) throws {
        let sent = try OpenInferenceResponse(
            model: "m", version: "1", id: nil, outputs: [(tensor("y", [1, value], [2]), true)])
        let error = #expect(throws: InferenceError.self) {
            try OpenInferenceAnswer(body: sent.body, headerLength: sent.headerLength, model: "m")
        }
        #expect(error?.code == .internalError && error?.message.contains("'y'") == true)
    }

    @Test(
        "know which halves are numbers",
        arguments: [
            (ElementType.float16, [0xFF, 0x7B] as [UInt8], true), (.float16, [0x00, 0x7C], false),
            (.bfloat16, [0x7F, 0x7F], true), (.bfloat16, [0xC0, 0x7F], false), (.uint16, [0xFF, 0xFF], true),
        ])
    func halves(type: ElementType, bytes: [UInt8], isFinite: Bool) {
        #expect(Tensor(name: "y", type: type, shape: [1], data: Data(bytes)).isFinite == isFinite)
    }

    @Test("survive ten thousand mutations", arguments: 0..<20)
    func mutations(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let sent = try OpenInferenceResponse(
            model: "m", version: "1", id: nil,
            outputs: [(tensor("y", [1, 2], [2]), true), (tensor("z", [3], [1]), false)])
        let start = Array(sent.body)
        for _ in 0..<500 {
            var bytes = start
            for _ in 0...Int.random(in: 0..<6, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: .min ... .max, using: &random)
            }
            let length = Int.random(in: -5...bytes.count + 5, using: &random)
            do {
                let read = try OpenInferenceAnswer(
                    body: Data(bytes), headerLength: Bool.random(using: &random) ? sent.headerLength : length,
                    model: "m")
                if !read.response.outputs.allSatisfy(\.isFinite) { Issue.record("a number is not finite") }
            } catch { if !(error is InferenceError) { Issue.record("\(error)") } }
        }
    }

    @Test("describe a model by its newest version")
    func description() throws {
        let json = """
            {"name":"m","versions":["1","10","9"],"platform":"p","inputs":[{"name":"x","datatype":"UINT8","shape":[-1,3]}],
            "outputs":[{"name":"y","datatype":"FP32","shape":[-1,2]}]}
            """
        let metadata = try OpenInferenceDescription(body: Data(json.utf8), model: "m").metadata
        #expect(metadata.version == "10" && metadata.inputs.first?.shape == [-1, 3])
        #expect(metadata.outputs == [.init(name: "y", type: .float32, shape: [-1, 2])])
        for broken in ["", "[]", json.replacing("FP32", with: "FP33")] {
            let error = #expect(throws: InferenceError.self) {
                try OpenInferenceDescription(body: Data(broken.utf8), model: "m")
            }
            #expect(error?.code == .invalidModel)
        }
    }
}
