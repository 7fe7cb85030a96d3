import Foundation
import TestSupport
import Testing
import Vision

@Suite struct ModelPackageTests {
    private let scratch: ScratchDirectory
    private let folder: URL

    /// A copy of the fixture detector that a test may spoil.
    init() throws {
        scratch = try ScratchDirectory()
        folder = scratch.url.appending(path: "colour-detector/1")
        try copy("colour-detector", to: folder)
    }

    private func copy(_ name: String, to target: URL) throws {
        try FileManager.default.createDirectory(
            at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.copyItem(at: Fixtures.models.appending(path: "\(name)/1"), to: target)
    }

    private func edit(_ folder: URL, _ old: String, _ new: String) throws {
        let file = folder.appending(path: "model.json")
        let text = try String(contentsOf: file, encoding: .utf8)
        try #require(text.contains(old))
        try Data(text.replacing(old, with: new).utf8).write(to: file)
    }

    private func refusal(_ folder: URL) -> ModelPackageError? {
        #expect(throws: ModelPackageError.self) { try ModelPackage(at: folder) }
    }

    @Test func `a good package opens and names its network`() throws {
        let package = try ModelPackage(at: folder)
        #expect(package.identity == "colour-detector/1")
        #expect(try package.openVINONetwork().lastPathComponent == "model.xml")
        #expect(package.description.heads?.map(\.scaleXY) == [1.05, 2])
        let error = #expect(throws: ModelPackageError.self) { try package.openVINONetwork(precision: "INT8") }
        #expect(error?.code == .noNetwork)
    }

    @Test(arguments: ["model.xml", "model.bin"])
    func `one flipped byte is refused`(name: String) throws {
        let file = folder.appending(path: name)
        var data = try Data(contentsOf: file)
        data[data.count / 2] ^= 1
        try data.write(to: file)
        let error = refusal(folder)
        #expect(error?.code == .hashMismatch && error?.message.contains(name) == true)
    }

    @Test func `a missing file is refused`() throws {
        try FileManager.default.removeItem(at: folder.appending(path: "model.bin"))
        #expect(refusal(folder)?.code == .notFound)
    }

    @Test(arguments: [
        ("\"format\": 1", "\"format\": 2", ModelPackageError.Code.unknownFormat, "format 2"),
        ("\"face\"", "\"face\", \"face\"", .invalid, "different ones"),
        ("\"task\": \"face-detection\"", "\"task\": \"x\"", .invalid, "task"),
        ("\"longest_side\": 256", "\"longest_side\": 250", .invalid, "longest_side"),
        ("\"longest_side\": 256", "\"longest_side\": \"big\"", .invalid, "wrong type"),
        ("\"stride\": 16", "\"stride\": 17", .invalid, "stride"),
        ("\"stride\": 16", "\"stride\": 0", .invalid, "stride"),
        ("\"name\": \"image\"", "\"nom\": \"image\"", .invalid, "is missing"),
        ("\"score\": 0.5", "\"score\": 1.5", .invalid, "score"),
        ("model.bin", "../../model.bin", .invalid, "outside"),
        ("\"version\": \"1\"", "\"version\": \"one\"", .invalid, "whole number"),
        ("{", "[", .invalid, "JSON"),
    ])
    func `a wrong model.json is refused with what is wrong`(
        old: String, new: String, code: ModelPackageError.Code, word: String
    ) throws {
        try edit(folder, old, new)
        let error = refusal(folder)
        #expect(error?.code == code && error?.message.contains(word) == true, "\(error?.message ?? "")")
    }

    @Test(arguments: [
        ("[]", "one to four"), ("[64, 96, 128, 160, 256]", "one to four"), ("[128, 128]", "different"),
        ("[128, 200]", "200 is not a multiple of 32"), ("[128, 288]", "288"), ("[0]", "0 is not a multiple"),
        ("\"two\"", "wrong type"), ("[128], \"height\": 256, \"width\": 256", "any size"),
    ])
    func `looks that cannot be are refused with what is wrong`(looks: String, word: String) throws {
        try edit(folder, "\"longest_side\": 256", "\"longest_side\": 256, \"looks\": \(looks)")
        let error = refusal(folder)
        #expect(error?.code == .invalid && error?.message.contains("looks") == true, "\(error?.message ?? "")")
        #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
    }

    @Test(arguments: [
        ("\"without_mask\"", "\"helmet\"", "labels"), ("\"without_mask\"", "\"mask_worn_correctly\"", "labels"),
        ("\"temperature\": 1.0", "\"temperature\": 0", "temperature"), ("\"width\": 16", "\"width\": 32", "square"),
    ])
    func `a wrong classifier is refused`(old: String, new: String, word: String) throws {
        let classifier = scratch.url.appending(path: "colour-classifier/1")
        try copy("colour-classifier", to: classifier)
        try edit(classifier, old, new)
        #expect(refusal(classifier)?.message.contains(word) == true)
    }

    @Test func `a folder without a package is told as such`() {
        #expect(refusal(scratch.url)?.code == .notFound)
    }

    @Test func `the newest version is taken unless one is named`() throws {
        let newer = scratch.url.appending(path: "colour-detector/10")
        try copy("colour-detector", to: newer)
        try edit(newer, "\"version\": \"1\"", "\"version\": \"10\"")
        let repository = ModelRepository(directory: scratch.url)
        #expect(try repository.package(named: "colour-detector").version == "10")
        #expect(try repository.package(named: "colour-detector", version: "1").version == "1")
        #expect(try repository.package(for: .faceDetection).version == "10")
        #expect(repository.entries().map(\.version) == ["10", "1"])
    }

    @Test func `a package in the wrong folder is refused`() throws {
        try copy("colour-detector", to: scratch.url.appending(path: "colour-detector/2"))
        let repository = ModelRepository(directory: scratch.url)
        let error = #expect(throws: ModelPackageError.self) { try repository.package(named: "colour-detector") }
        #expect(error?.message.contains("colour-detector/2") == true)
    }

    @Test(arguments: ["nothing", "../colour-detector", ""])
    func `an unknown name lists what there is`(name: String) {
        let repository = ModelRepository(directory: scratch.url)
        let error = #expect(throws: ModelPackageError.self) { try repository.package(named: name) }
        #expect(error?.code == .notFound)
    }
}
