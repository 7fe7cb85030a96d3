import Foundation
import Inference
import Testing

@Suite("Open Inference Protocol requests")
struct OpenInferenceRequestTests {
    private func request(_ json: String, binary: Data? = nil) throws -> OpenInferenceRequest {
        let head = Data(json.utf8)
        return try OpenInferenceRequest(body: head + (binary ?? Data()), headerLength: binary == nil ? nil : head.count)
    }

    private func failure(_ json: String, binary: Data? = nil) -> String {
        do {
            _ = try request(json, binary: binary)
            return "accepted"
        } catch { return "\(error)" }
    }

    @Test("hold JSON tensors, flat or nested", arguments: ["[1,2,3,4]", "[[1,2],[3,4]]"])
    func json(_ data: String) throws {
        let text = #"{"id":"42","inputs":[{"name":"x","shape":[2,2],"datatype":"FP32","data":\#(data)}]}"#
        let request = try request(text)
        #expect(request.id == "42")
        #expect(unsafe request.inputs[0].withFloats { unsafe Array($0) } == [1, 2, 3, 4])
        #expect(request.outputs == nil)
    }

    @Test(
        "hold numbers of every type exactly",
        arguments: [
            ("BOOL", "[true,false,1,0]", [1, 0, 1, 0]), ("UINT8", "[0,255, 1.0 ,2e1]", [0, 255, 1, 20]),
            ("INT8", "[-128,127,-0,[[]]]", nil), ("INT8", "[-128,127,-0,-1]", [128, 127, 0, 255]),
            ("UINT8", "[0,255,1,-1]", nil), ("UINT8", "[0,255,1,1.5]", nil), ("UINT8", "[0,1,2,NaN]", nil),
            ("UINT8", "[0,1,2,]", nil), ("UINT8", "[0,1,2,3,]", nil), ("UINT8", "[,0,1,2,3]", nil),
            ("UINT8", "[0 1,2,3]", nil), ("UINT8", "[[0,1][2,3]]", nil), ("UINT8", "[0,1,2,\"3\"]", nil),
            ("UINT8", "[0,1,2,3,4]", nil), ("UINT8", "[0,1,2,null]", nil), ("UINT8", "[[0,1],[2,3]] ", [0, 1, 2, 3]),
        ] as [(String, String, [UInt8]?)])
    func numbers(type: String, data: String, bytes: [UInt8]?) throws {
        let text = #"{"inputs":[{"name":"x","shape":[4],"datatype":"\#(type)","data":\#(data)}]}"#
        let read = try? request(text).inputs[0].data
        #expect(read.map { Array($0) } == bytes)
    }

    @Test("hold the largest and the smallest numbers, and refuse those beyond")
    func extremes() throws {
        func one(_ type: String, _ number: String) throws -> Data {
            try request(#"{"inputs":[{"name":"x","shape":[1],"datatype":"\#(type)","data":[\#(number)]}]}"#).inputs[0]
                .data
        }
        #expect(try one("UINT64", "18446744073709551615") == Data(repeating: 255, count: 8))
        #expect(try one("INT64", "-9223372036854775808") == Data(repeating: 0, count: 7) + [128])
        #expect(try one("FP64", "-1.5e3") == Data([0, 0, 0, 0, 0, 0x70, 0x97, 0xC0]))
        for (type, number) in [
            ("UINT64", "18446744073709551616"), ("INT64", "9223372036854775808"), ("FP64", "1e999"), ("FP32", "0x10"),
            ("FP32", "1."), ("FP32", "-"), ("FP32", "1e"), ("FP32", "infinity"), ("FP32", "1-1"),
        ] { #expect(throws: InferenceError.self, "\(number)") { try one(type, number) } }
    }

    @Test("hold texts, and data of any name and order around it")
    func texts() throws {
        let text = #"""
            {"data":[1],"inputs":[{"data" : [["a]\"[", "\u00e9"]],"name":"data","shape":[1,2],"datatype":"BYTES"}],
            "parameters":{"data":[2]}}
            """#
        #expect(try request(text).inputs[0].elements() == [Data("a]\"[".utf8), Data("é".utf8)])
    }

    @Test("hold binary tensors in the order of the JSON, mixed with JSON ones")
    func binary() throws {
        let text = """
            {"inputs":[{"name":"a","shape":[2],"datatype":"UINT8","parameters":{"binary_data_size":2}},
            {"name":"b","shape":[1],"datatype":"UINT8","data":[7]},
            {"name":"c","shape":[1],"datatype":"BYTES","parameters":{"binary_data_size":6}}],
            "outputs":[{"name":"y","parameters":{"binary_data":true}},{"name":"z"}]}
            """
        let request = try request(text, binary: Data([5, 6, 2, 0, 0, 0, 104, 105]))
        #expect(request.inputs.map { Array($0.data) } == [[5, 6], [7], [2, 0, 0, 0, 104, 105]])
        #expect(try request.inputs[2].elements() == [Data("hi".utf8)])
        #expect(request.outputs?.map(\.isBinary) == [true, false])
    }

    @Test(
        "are refused with a sentence",
        arguments: [
            (#"{"inputs":[]}"#, "no inputs"),
            (#"{}"#, "'inputs' is missing"),
            (#"[1"#, "failed to parse"),
            (#"{"inputs":[{"name":"x","shape":[-1],"datatype":"UINT8","data":[]}]}"#, "negative dimension"),
            (#"{"inputs":[{"name":"x","shape":[16,1152921504606846978],"datatype":"UINT8","data":[]}]}"#, "too large"),
            (#"{"inputs":[{"name":"x","shape":[4611686018427387904],"datatype":"FP32","data":[]}]}"#, "too large"),
            (#"{"inputs":[{"name":"x","shape":[2],"datatype":"UINT8","data":[1]}]}"#, "has 1 elements"),
            (#"{"inputs":[{"name":"x","shape":[1],"datatype":"UINT8","data":[256]}]}"#, "not UINT8"),
            (#"{"inputs":[{"name":"x","shape":[1],"datatype":"UINT9","data":[1]}]}"#, "unknown datatype"),
            (#"{"inputs":[{"name":"x","shape":[70000],"datatype":"BYTES","data":[]}]}"#, "BYTES may have"),
            (#"{"inputs":[{"name":"x","shape":[1],"datatype":"FP16","data":[1]}]}"#, "binary data only"),
            (#"{"inputs":[{"name":"x","shape":[1],"datatype":"BYTES","data":[1]}]}"#, "must hold texts"),
            (#"{"inputs":[{"name":"x","shape":[1],"datatype":"UINT8"}]}"#, "neither"),
            (
                #"{"inputs":[{"name":"x","shape":[1],"datatype":"UINT8","data":[1]}],"outputs":[{"name":"y"},{"name":"y"}]}"#,
                "asked for twice"
            ),
        ])
    func refused(_ json: String, _ part: String) {
        #expect(failure(json).contains(part))
    }

    @Test("are refused when sizes do not fit the bytes there are")
    func sizes() {
        let input = #"{"inputs":[{"name":"x","shape":[4],"datatype":"UINT8","parameters":{"binary_data_size":4}}]}"#
        #expect(failure(input, binary: Data([1, 2, 3])).contains("3 bytes are left"))
        #expect(failure(input, binary: Data([1, 2, 3, 4, 5])).contains("1 bytes follow"))
        #expect(throws: InferenceError.self) { try OpenInferenceRequest(body: Data("{}".utf8), headerLength: 3) }
        #expect(throws: InferenceError.self) { try OpenInferenceRequest(body: Data(), headerLength: -1) }
    }

    @Test("are refused when they nest deeper than a hundred levels")
    func nesting() {
        let deep = String(repeating: "[", count: 101) + String(repeating: "]", count: 101)
        #expect(failure(deep).contains("(100)"))
    }

    @Test("survive ten thousand mutations", arguments: 0..<20)
    func mutations(seed: Int) {
        var random = SystemRandomNumberGenerator()
        let seedText = Array(
            #"{"id":"4","inputs":[{"name":"x","shape":[2,2],"datatype":"FP32","data":[[1,2],[3,4]]}]}"#.utf8)
        for _ in 0..<500 {
            var bytes = seedText
            for _ in 0...Int.random(in: 0..<6, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: .min ... .max, using: &random)
            }
            let length = Bool.random(using: &random) ? nil : Int.random(in: -5...bytes.count + 5, using: &random)
            _ = try? OpenInferenceRequest(body: Data(bytes), headerLength: length)
        }
    }
}

@Suite("Open Inference Protocol responses")
struct OpenInferenceResponseTests {
    @Test("put raw tensors behind the JSON, in its order")
    func binary() throws {
        let a = Tensor(name: "a", type: .uint8, shape: [2], data: Data([1, 2]))
        let b = Tensor(name: "b", type: .uint8, shape: [1], data: Data([9]))
        let response = try OpenInferenceResponse(
            model: "m", version: "1", id: "7", outputs: [(a, false), (b, true)])
        let length = try #require(response.headerLength)
        #expect(Array(response.body.dropFirst(length)) == [9])
        let json = try #require(
            try JSONSerialization.jsonObject(with: response.body.prefix(length)) as? [String: Any])
        #expect(json["model_version"] as? String == "1")
        #expect((json["outputs"] as? [[String: Any]])?[0]["data"] as? [Int] == [1, 2])
    }

    @Test("hold every type of number that JSON has a form for")
    func types() throws {
        func json(_ type: ElementType, _ bytes: [UInt8]) throws -> String {
            let tensor = Tensor(name: "a", type: type, shape: [1], data: Data(bytes))
            let response = try OpenInferenceResponse(model: "m", version: "1", id: nil, outputs: [(tensor, false)])
            return String(decoding: response.body, as: UTF8.self)
        }
        let minusOne = [UInt8](repeating: 255, count: 8)
        for (type, size, text) in [
            (ElementType.int8, 1, "-1"), (.int16, 2, "-1"), (.int32, 4, "-1"), (.int64, 8, "-1"), (.uint8, 1, "255"),
            (.uint16, 2, "65535"), (.uint32, 4, "4294967295"), (.uint64, 8, "18446744073709551615"), (.bool, 1, "true"),
        ] { #expect(try json(type, Array(minusOne.prefix(size))).contains("[\(text)]"), "\(type)") }
        #expect(try json(.float64, [0, 0, 0, 0, 0, 0, 0xF8, 0x3F]).contains("[1.5]"))
        #expect(throws: InferenceError.self) { try json(.float16, [0, 0]) }
    }

    @Test("refuse numbers that are not finite")
    func notFinite() {
        let data = unsafe withUnsafeBytes(of: Float.nan) { unsafe Data($0) }
        let tensor = Tensor(name: "a", type: .float32, shape: [1], data: data)
        #expect(throws: InferenceError.self) {
            try OpenInferenceResponse(model: "m", version: "1", id: nil, outputs: [(tensor, false)])
        }
    }
}
