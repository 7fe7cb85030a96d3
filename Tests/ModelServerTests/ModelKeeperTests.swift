import Foundation
import HTTPTypes
import Inference
import ModelServer
import TestSupport
import Testing
import Vision

@Suite("The folder of models")
struct ModelKeeperTests {
    private func counts(_ folder: ModelFolder) async throws -> [Int] {
        try await folder.look(at: [ModelFolder.twoFaces()]).map { try $0.get().faces.count }
    }

    @Test("is served: every package by its name, the configured ones by their role, and the pipeline")
    func served() async throws {
        let folder = try await ModelFolder()
        #expect(try await folder.send(.get, "/v2/health/ready").status == 503)
        #expect(try await folder.send(.get, "/readyz").status == 503)
        try await folder.keeper.start()
        #expect(try await folder.send(.get, "/v2/health/ready").status == 200)
        #expect(try await folder.send(.get, "/readyz").status == 200)
        for name in ["colour-detector", "colour-classifier", "face-detector", "mask-classifier", "maskwatch"] {
            let answer = try await folder.send(.get, "/v2/models/\(name)")
            #expect(answer.status == 200 && answer.text.contains("\"name\":\"\(name)\""))
        }
        #expect(try await folder.index("face-detector", "1")?.reason == "stands for colour-detector")
        #expect(try await counts(folder) == [2])
    }

    @Test("takes over a new version when it is ready, beside the old one")
    func newVersion() async throws {
        let folder = try await ModelFolder()
        try await folder.keeper.start()
        try folder.addSecondVersion(of: "colour-detector")
        await folder.keeper.refresh()
        #expect(try folder.catalog.model("face-detector").metadata.version == "1")
        await folder.keeper.refresh()
        #expect(try folder.catalog.model("face-detector").metadata.version == "2")
        #expect(try folder.catalog.model("colour-detector", version: "1").metadata.version == "1")
        #expect(try await counts(folder) == [2])
    }

    @Test(
        "refuses a version that is not what it says, with the reason, and goes on with the one before",
        arguments: [
            ("\"sha256\": \"d", "\"sha256\": \"e", "SHA-256"), ("\"face\"", "\"face\", \"face\"", "different ones"),
            ("\"head_16\"", "\"head_17\"", "head_17"), ("\"format\": 1", "\"format\": 7", "format 7"),
        ])
    func badVersion(old: String, new: String, reason: String) async throws {
        let folder = try await ModelFolder()
        try await folder.keeper.start()
        try folder.addSecondVersion(of: "colour-detector")
        try folder.edit("colour-detector/2", old, new)
        await folder.settle()
        let lines = try await [folder.index("colour-detector", "2"), folder.index("maskwatch", "1")]
        #expect(lines.contains { $0?.reason.contains(reason) == true }, "\(lines)")
        #expect(try await folder.index("maskwatch", "1")?.state == "READY")
        #expect(try await counts(folder) == [2])
    }

    @Test("keeps what it serves when its files are spoilt in place", arguments: ["model.bin", "model.xml"])
    func spoiltInPlace(file: String) async throws {
        let folder = try await ModelFolder()
        try await folder.keeper.start()
        let handle = try FileHandle(forWritingTo: folder.url("colour-classifier/1/\(file)"))
        try handle.truncate(atOffset: 10)
        try handle.close()
        await folder.settle()
        let line = try await folder.index("colour-classifier", "1")
        #expect(line?.state == "READY" && line?.reason.contains("SHA-256") == true)
        #expect(try await counts(folder) == [2])
    }

    @Test("takes the version before at the start if the newest cannot be used")
    func badAtStart() async throws {
        let folder = try await ModelFolder()
        try folder.addSecondVersion(of: "colour-classifier") { folder in
            try FileManager.default.removeItem(at: folder.appending(path: "model.bin"))
        }
        try await folder.keeper.start()
        #expect(try await counts(folder) == [2])
        #expect(try await folder.index("colour-classifier", "2")?.state == "UNAVAILABLE")
        let ready = try await folder.send(.get, "/v2/models/colour-classifier/versions/2/ready")
        #expect(ready.status == 503)
    }

    @Test("without a working detector keeps the server from starting, with the reason")
    func nothingWorks() async throws {
        let folder = try await ModelFolder()
        try FileManager.default.removeItem(at: folder.url("colour-detector/1/model.xml"))
        let error = await #expect(throws: ModelPackageError.self) { try await folder.keeper.start() }
        #expect(error?.message.contains("model.xml") == true)
    }

    @Test("forgets a version that is gone, and heals when files are put right")
    func goneAndHealed() async throws {
        let folder = try await ModelFolder()
        try await folder.keeper.start()
        try folder.addSecondVersion(of: "colour-detector")
        try folder.edit("colour-detector/2", "\"format\": 1", "\"format\": 9")
        await folder.settle()
        try folder.edit("colour-detector/2", "\"format\": 9", "\"format\": 1")
        await folder.settle()
        #expect(try folder.catalog.model("face-detector").metadata.version == "2")
        try FileManager.default.removeItem(at: folder.url("colour-detector/2"))
        await folder.settle()
        #expect(try await folder.index("colour-detector", "2") == nil)
        #expect(try folder.catalog.model("face-detector").metadata.version == "1")
        #expect(try await counts(folder) == [2])
    }
}
