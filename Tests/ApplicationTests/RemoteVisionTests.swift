import Configuration
import Foundation
import HTTPTypes
import Imaging
import Inference
import InferenceOpenVINO
import Logging
import Synchronization
import TestSupport
import Testing
import Vision

@testable import Application

@Suite("Models that run elsewhere", .serialized)
struct RemoteVisionTests {
    private func configuration(_ values: [String: String]) -> AppConfiguration {
        var settings = Settings(environment: [:], known: AppSettings.keys)
        let fixtures = [
            "model.directory": Fixtures.models.path, "model.detector": "colour-detector",
            "model.classifier": "colour-classifier",
        ]
        for (key, value) in fixtures.merging(values, uniquingKeysWith: { $1 }) {
            settings.override(key, with: value, option: "--test")
        }
        return AppConfiguration(settings: settings)
    }

    private func networks() async throws -> OpenVINOBackend {
        let backend = try OpenVINOBackend(logger: .silent)
        for name in ["colour-detector", "colour-classifier"] {
            let package = try ModelRepository(directory: Fixtures.models).package(named: name)
            try await backend.load(name: name, version: package.version, xml: package.openVINONetwork())
        }
        return backend
    }

    /// The parts, once the server has answered: a machine with much to do may take longer than a probe waits.
    private func parts(_ values: [String: String], score: Float? = nil) async throws -> VisionParts {
        let parts = try await VisionParts.load(configuration(values), .init(score: score), logger: .silent)
        #expect(await eventually { (try? await parts.checkReady()) != nil })
        return parts
    }

    @Test("are the networks where the server has no model maskwatch")
    func networksByThemselves() async throws {
        try await ModelPeer(networks()).whileServing { address in
            let parts = try await self.parts(["model.url": address])
            #expect(parts.analyzer.models == ["colour-detector/1", "colour-classifier/1"] && parts.batch == 8)
            let picture = try PictureEncoder.png(PixelBuffer(width: 64, height: 64, filledWith: .black))
            #expect(try await parts.analyzer.analyze(picture).faces.isEmpty)
            // An evaluation needs them.
            let evaluation = try await self.parts(["model.url": address], score: 0.01)
            #expect(evaluation.operatingScore > 0.01)
        }
    }

    @Test("are the model maskwatch where the server has it, unless the networks are asked for")
    func wholeModel() async throws {
        let both = BothForms(networks: try await networks())
        try await ModelPeer(both).whileServing { address in
            let auto = try await parts(["model.url": address])
            #expect(auto.analyzer.models == ["maskwatch/4"])
            let chosen = ["model.url": address, "model.api": "networks"]
            let networks = try await parts(chosen)
            #expect(networks.analyzer.models.count == 2)
        }
    }

    @Test("may be away at the start; readiness says so until they come")
    func away() async throws {
        let peer = ModelPeer(try await networks())
        peer.behave(.everything(.text("starting", status: .serviceUnavailable)))
        try await peer.whileServing { address in
            let parts = try await VisionParts.load(configuration(["model.url": address]), logger: .silent)
            #expect(parts.analyzer.models.isEmpty)
            let error = await #expect(throws: InferenceError.self) { try await parts.checkReady() }
            #expect(error?.code == .unavailable && error?.message.contains("503") == true)
            peer.behave(.serve)
            #expect(await eventually { (try? await parts.checkReady()) != nil })
            #expect(parts.analyzer.models.count == 2)
        }
    }

    @Test("are refused at the start where they are not those of the packages")
    func others() async throws {
        try await ModelPeer(BothForms(networks: try await networks(), swaps: true)).whileServing { address in
            let settings = ["model.url": address, "model.api": "networks"]
            let refusal = Mutex("")
            #expect(
                await eventually {
                    do { _ = try await VisionParts.load(configuration(settings), logger: .silent) } catch {
                        refusal.withLock { $0 = (error as? ModelPackageError)?.message ?? "" }
                    }
                    return refusal.withLock { !$0.isEmpty }
                })
            #expect(refusal.withLock { $0 }.contains("is not the model package colour-detector/1"))
        }
    }

    @Test("are told apart by settings that make sense")
    func settings() async throws {
        for values in [["model.url": "gpu:8000"], ["model.url": "http://127.0.0.1:1", "model.api": "triton"]] {
            await #expect(throws: ConfigurationError.self) {
                _ = try await VisionParts.load(configuration(values), logger: .silent)
            }
        }
        await #expect(throws: ConfigurationError.self) {
            let values = ["model.url": "http://127.0.0.1:1", "model.api": "maskwatch"]
            _ = try await VisionParts.load(configuration(values), .init(score: 0.01), logger: .silent)
        }
    }
}

/// Knows the model `maskwatch` beside the networks.
private struct BothForms: InferenceBackend {
    let networks: OpenVINOBackend
    /// Whether each network has the name of the other.
    var swaps = false

    func metadata(of model: String) async throws -> ModelMetadata {
        guard model != MaskwatchModel.name else { return MaskwatchModel.metadata(version: "4", platform: "test") }
        guard swaps else { return try await networks.metadata(of: model) }
        return try await networks.metadata(of: model == "colour-detector" ? "colour-classifier" : "colour-detector")
    }

    func infer(_ request: InferRequest) async throws -> InferResponse { try await networks.infer(request) }
}
