import Domain
import Foundation
import Imaging
import InferenceOpenVINO
import Logging
import TestSupport
import Testing

@testable import ModelImport
@testable import Vision

@Suite struct ONNXImportTests {
    private let scratch: ScratchDirectory
    private var network: URL { scratch.url.appending(path: "mine.onnx") }
    private var settings: URL { scratch.url.appending(path: "mine.json") }

    init() throws { scratch = try ScratchDirectory() }

    /// A classifier of planes: the mean of each channel of a normalised picture is a logit.
    private func writeClassifier(side: Int? = 16, batch: Int? = nil) throws {
        var graph = ONNXGraph(name: "means")
        func open(_ side: Int?, _ name: String) -> ONNXGraph.Side { side.map { .fixed($0) } ?? .open(name) }
        graph.input("x", .float, [open(batch, "n"), .fixed(3), open(side, "h"), open(side, "w")])
        graph.node("ReduceMean", ["x"], "y", [.ints("axes", [2, 3]), .int("keepdims", 0)])
        graph.output("y", .float, [open(batch, "n"), .fixed(3)])
        try graph.write(to: network)
    }

    private static let labels = #""task": "mask-classification", "labels": ["no_mask", "incorrect", "mask"]"#

    private func run(_ json: String) throws -> ModelPackage {
        try Data(json.utf8).write(to: settings)
        return try ONNXImport(network: network, settings: settings)
            .run(as: PackageIdentity(name: "mine"), in: scratch.url.appending(path: "models"))
    }

    private func refusal(_ json: String) -> String {
        (#expect(throws: ModelImportError.self) { try run(json) })?.description ?? ""
    }

    private func scores(of package: ModelPackage, batch: Int) async throws -> [MaskScores.Result] {
        var options = OpenVINOOptions()
        options.precision = .float32
        let backend = try OpenVINOBackend(options: options, logger: .silent)
        try await backend.load(name: package.name, version: package.version, xml: package.openVINONetwork())
        let classifier = try MaskClassifier(package, backend: backend)
        let picture = unsafe PixelBuffer(width: 64, height: 64) { pixels in
            for index in 0..<64 * 64 {
                for (channel, value) in [UInt8(200), 100, 50].enumerated() {
                    unsafe pixels[index * 3 + channel] = value
                }
            }
        }
        let crop = try #require(classifier.crop(Box(x: 10, y: 10, width: 20, height: 20), from: picture))
        return try await classifier.classify(Array(repeating: crop, count: batch))
    }

    @Test(arguments: [nil, 1] as [Int?])
    func `a classifier gets the channels, the order and the numbers it was trained with`(batch: Int?) async throws {
        try writeClassifier(batch: batch)
        let package = try run(
            """
            {\(Self.labels), "output": "y",
             "input": {"channels": "BGR", "mean": [0.1, 0.2, 0.3], "std": [0.5, 0.25, 0.2]}}
            """)
        #expect(package.description.input.width == 16 && package.description.input.batch == batch)
        #expect(package.description.labels == ["without_mask", "mask_worn_incorrectly", "mask_worn_correctly"])
        let results = try await scores(of: package, batch: 3)
        #expect(results.count == 3)
        let logits = zip([50, 100, 200] as [Float], [(0.1, 0.5), (0.2, 0.25), (0.3, 0.2)] as [(Float, Float)])
            .map { ($0 / 255 - $1.0) / $1.1 }
        let expected = try MaskScores(
            labels: [.without, .wornIncorrectly, .wornCorrectly], temperature: 1, unknownBelow: 0
        ).result(logits)
        for result in results {
            for (state, value) in expected.scores { #expect(abs((result.scores[state] ?? 0) - value) < 1e-5) }
        }
    }

    @Test func `a classifier that looks at faces mirrored, too, answers with the mean`() async throws {
        var graph = ONNXGraph(name: "left")
        graph.input("x", .float, [.open("n"), .fixed(3), .fixed(16), .fixed(16)])
        let ends = [graph.constant("from", [0]), graph.constant("to", [8]), graph.constant("axis", [3])]
        graph.node("Slice", ["x"] + ends, "left")
        graph.node("ReduceMean", ["left"], "y", [.ints("axes", [2, 3]), .int("keepdims", 0)])
        graph.output("y", .float, [.open("n"), .fixed(3)])
        try graph.write(to: network)
        let plain = try run("{\(Self.labels)}")
        try Data("{\(Self.labels), \"crop\": {\"margin\": 0, \"mirrored\": true}}".utf8).write(to: settings)
        let both = try ONNXImport(network: network, settings: settings).run(
            as: PackageIdentity(name: "both"), in: scratch.url)
        // Left half red, right half blue: one look sees one colour, two looks see both alike.
        let picture = unsafe PixelBuffer(width: 16, height: 16) { pixels in
            for index in 0..<256 {
                unsafe pixels[index * 3] = index % 16 < 8 ? 255 : 0
                unsafe pixels[index * 3 + 1] = 0
                unsafe pixels[index * 3 + 2] = index % 16 < 8 ? 0 : 255
            }
        }
        let one = try await scores(of: plain, picture)
        let two = try await scores(of: both, picture)
        #expect(abs((one[.without] ?? 0) - (one[.wornCorrectly] ?? 0)) > 0.2)
        #expect(abs((two[.without] ?? 0) - (two[.wornCorrectly] ?? 0)) < 1e-5)
    }

    private func scores(of package: ModelPackage, _ picture: PixelBuffer) async throws -> [MaskState: Float] {
        let backend = try OpenVINOBackend(logger: .silent)
        try await backend.load(name: package.name, version: package.version, xml: package.openVINONetwork())
        let classifier = try MaskClassifier(package, backend: backend)
        let crop = try #require(classifier.crop(Box(x: 0, y: 0, width: 16, height: 16), from: picture))
        return try await classifier.classify([crop])[0].scores
    }

    @Test func `a file that takes bytes already is taken as it is`() throws {
        var graph = ONNXGraph(name: "bytes")
        graph.input("x", .uint8, [.open("n"), .fixed(16), .fixed(16), .fixed(3)])
        graph.node("Cast", ["x"], "f", [.int("to", 1)])
        graph.node("ReduceMean", ["f"], "y", [.ints("axes", [1, 2]), .int("keepdims", 0)])
        graph.output("y", .float, [.open("n"), .fixed(3)])
        try graph.write(to: network)
        let package = try run(#"{\#(Self.labels), "input": {"layout": "NHWC"}}"#)
        #expect(package.description.input.name == "x" && package.description.output == "y")
        #expect(try Data(contentsOf: package.openVINONetwork()) == Data(contentsOf: network))
        #expect(refusal(#"{\#(Self.labels), "input": {"layout": "NHWC", "std": [2, 2, 2]}}"#).contains("uint8"))
    }

    @Test func `a detector of a fixed size is given pictures that fit in it`() async throws {
        var graph = ONNXGraph(name: "cells")
        graph.input("x", .float, [.open("n"), .fixed(3), .fixed(64), .fixed(96)])
        let weights = graph.constant("w", Array(repeating: 0, count: 18), [6, 3, 1, 1])
        let bias = graph.constant("b", [0, 0, 0, 0, 5, 5], [6])
        graph.node(
            "Conv", ["x", weights, bias], "head", [.ints("kernel_shape", [1, 1]), .ints("strides", [32, 32])])
        graph.output("head", .float, [.open("n"), .fixed(6), .fixed(2), .fixed(3)])
        try graph.write(to: network)
        let package = try run(
            """
            {"task": "face-detection", "labels": ["face"], "input": {"multiple": 32},
             "heads": [{"output": "head", "stride": 32, "anchors": [[30, 30]], "scale_x_y": 1}], "thresholds": {"score": 0.5}}
            """)
        let backend = try OpenVINOBackend(logger: .silent)
        try await backend.load(name: package.name, version: package.version, xml: package.openVINONetwork())
        let detector = try FaceDetector(package, backend: backend)
        try await detector.tryOnce()
        let input = try #require(detector.inputs(for: PictureSize(width: 1920, height: 1080)).first)
        #expect((input.columns, input.rows) == (96, 64))
        #expect((input.content.width, input.content.height) == (96, 54))
    }

    @Test(arguments: [
        (#"{"labels": ["a"]}"#, "'task' is missing"), (#"[]"#, "not a JSON object"),
        (#"{"task": "mask-classification", "labels": ["a"], "colour": 1}"#, "'colour' is not known"),
        (#"{"task": "mask-classification", "labels": ["a"], "input": {"men": [1]}}"#, "'men' is not known"),
        (#"{"task": "mask-classification", "labels": "a"}"#, "'labels' has the wrong type"),
        (#"{"task": "mask-classification", "labels": ["mask", "no_mask"]}"#, "[n, 2]"),
        (#"{"task": "mask-classification", "labels": ["mask", "no_mask", "hat"]}"#, "labels must be"),
        (#"{"task": "mask-classification", "labels": ["mask"], "input": {"layout": "HWC"}}"#, "HWC"),
        (#"{"task": "mask-classification", "labels": ["mask"], "input": {"layout": "NHWC"}}"#, "colour picture"),
        (#"{"task": "mask-classification", "labels": ["mask"], "input": {"std": [0, 1, 1]}}"#, "std"),
        (#"{"task": "face-detection", "labels": ["face"]}"#, "needs heads"),
        (
            #"{"task":"face-detection","labels":["face"],"heads":[{"output":"z","stride":8,"anchors":[[1,1]],"scale_x_y":1}]}"#,
            "no output 'z'"
        ),
        (
            #"{"task":"face-detection","labels":["face"],"heads":[{"output":"y","stride":8,"anchors":[[1,1]],"scale_x_y":1}]}"#,
            "raw planes"
        ),
    ])
    func `settings that do not fit the file are refused`(json: String, word: String) throws {
        try writeClassifier()
        let text = refusal(json)
        #expect(text.contains(word), "\(text)")
    }

    @Test(arguments: [0, 1, 2]) func `weights that lie in other files are refused`(place: Int) throws {
        var tensor = ProtobufWriter()
        tensor.message(13) { entry in
            entry.text(1, "location")
            entry.text(2, "../../../etc/passwd")
        }
        tensor.integer(14, 1)
        var graph = ProtobufWriter()
        switch place {
        case 0: graph.bytes(5, tensor.data)
        case 1: graph.message(1) { node in node.message(5) { $0.bytes(5, tensor.data) } }
        default:
            graph.message(1) { node in node.message(5) { $0.message(6) { inner in inner.bytes(5, tensor.data) } } }
        }
        var model = ProtobufWriter()
        model.bytes(7, graph.data)
        let error = #expect(throws: ModelImportError.self) {
            try ONNXModel(ModelFile(name: "mine.onnx", data: model.data))
        }
        #expect(error?.message.contains("other files") == true)
    }

    @Test func `a hostile file is refused or read, and never crashes`() throws {
        try writeClassifier()
        let good = try Data(contentsOf: network)
        var random = SeededGenerator(seed: 5)
        var refused = 0
        for _ in 0..<3000 {
            var data = good
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<data.count, using: &random)
                if Bool.random(using: &random) {
                    data[place] = UInt8.random(in: 0...255, using: &random)
                } else {
                    data = data.prefix(max(1, place))
                }
            }
            do {
                let model = try ONNXModel(ModelFile(name: "mine.onnx", data: data))
                _ = try PictureInput(model, nil).applied(to: model)
            } catch { refused += 1 }
        }
        #expect(refused > 500)
    }
}
