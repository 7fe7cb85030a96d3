import Domain
import Foundation
import Imaging
import Inference
import TestSupport
import Testing
import Vision

@Suite struct FaceAnalyzerTests {
    @Test func `faces are found where they are and told by their mask`() async throws {
        let analysis = try await FixtureAnalyzer.make().analyze(Pictures.twoFaces())
        #expect(analysis.width == 256 && analysis.height == 144)
        let faces = analysis.faces.sorted { $0.box.x < $1.box.x }
        #expect(faces.map(\.mask) == [.without, .wornIncorrectly])
        #expect(faces[0].box.intersectionOverUnion(Box(x: 32, y: 16, width: 16, height: 16)) > 0.95)
        #expect(faces[1].box.intersectionOverUnion(Box(x: 128, y: 64, width: 32, height: 32)) > 0.95)
        for face in faces {
            #expect(face.score > 0.99 && face.maskScore > 0.9 && face.maskScores.count == 3)
            #expect(abs(face.maskScores.values.reduce(0, +) - 1) < 1e-4)
        }
        #expect(analysis.timings.total >= analysis.timings.detect && analysis.timings.decode > 0)
    }

    @Test(arguments: [(512, 288), (144, 256), (200, 200), (60, 40), (1000, 100)])
    func `boxes are in pixels of the picture, whatever its size and aspect`(width: Int, height: Int) async throws {
        // A square that covers the top left quarter of the shorter side's square.
        let side = min(width, height) / 2
        let picture = Pictures.picture([(0, 0, side, Pictures.red)], width: width, height: height)
        let analysis = try await FixtureAnalyzer.make().analyze(PictureEncoder.png(picture))
        #expect(analysis.width == width && analysis.height == height)
        let limit = Float(side) * 1.3
        for face in analysis.faces {
            #expect(face.box.x >= 0 && face.box.x + face.box.width <= limit)
            #expect(face.box.y >= 0 && face.box.y + face.box.height <= limit)
        }
        #expect(!analysis.faces.isEmpty)
    }

    @Test func `a large JPEG is decoded smaller and told in its own pixels`() async throws {
        // Ten times the network's input: libjpeg gives a quarter of it.
        let cell = 160
        let picture = Pictures.picture([(320, 160, cell, Pictures.red)], width: 2560, height: 1440)
        let analysis = try await FixtureAnalyzer.make().analyze(PictureEncoder.jpeg(picture))
        #expect(analysis.width == 2560 && analysis.height == 1440)
        let expected = Box(x: 320, y: 160, width: Float(cell), height: Float(cell))
        #expect(analysis.faces.count == 1 && analysis.faces[0].mask == .without)
        #expect((analysis.faces.first?.box.intersectionOverUnion(expected) ?? 0) > 0.9)
    }

    @Test func `a picture without a face has no faces and no error`() async throws {
        #expect(try await FixtureAnalyzer.make().analyze(Pictures.noFace()).faces.isEmpty)
    }

    @Test func `a bad picture fails alone, and the order stays`() async throws {
        let pictures = try [
            Pictures.twoFaces(), Data("<html>".utf8), Pictures.noFace(), Data(), Pictures.twoFaces(),
            Fixtures.picture("cmyk.jpg"), Pictures.noFace(),
        ]
        let results = try await FixtureAnalyzer.make().analyze(pictures)
        let counts = results.map { (try? $0.get())?.faces.count }
        #expect(counts == [2, nil, 0, nil, 2, nil, 0])
        let codes = results.compactMap { result in
            if case .failure(let error) = result { error.code } else { nil }
        }
        #expect(codes == [.unknownFormat, .empty, .unsupported])
    }

    @Test func `many faces go through the classifier in several batches`() async throws {
        let cells = (0..<13).map { (x: $0 % 7 * 32, y: $0 / 7 * 32, side: 16, color: Pictures.red) }
        let picture = try PictureEncoder.png(Pictures.picture(cells))
        let faces = try await FixtureAnalyzer.make().analyze(picture).faces
        #expect(faces.count == 13 && faces.allSatisfy { $0.mask == .without })
    }

    @Test func `a face smaller than the classifier can tell is unknown`() async throws {
        // Twice the network's input: a cell of 16 is a face of 4 pixels in a picture a quarter as large.
        let picture = Pictures.picture([(8, 8, 4, Pictures.red)], width: 64, height: 36)
        let faces = try await FixtureAnalyzer.make().analyze(PictureEncoder.png(picture)).faces
        #expect(faces.count == 1)
        #expect(faces.first?.mask == .unknown && faces.first?.maskScores.isEmpty == true)
    }

    @Test func `pictures beyond the limits are refused`() async throws {
        let analyzer = try await FixtureAnalyzer.make(limits: PictureLimits(pixels: 1000))
        let error = await #expect(throws: PictureError.self) { try await analyzer.analyze(Pictures.noFace()) }
        #expect(error?.code == .tooManyPixels)
    }

    @Test(arguments: [Float.nan, .infinity])
    func `a network that gives no numbers is an error, never a picture without faces`(value: Float) async throws {
        let analyzer = try await FixtureAnalyzer.make(backend: ConstantBackend(value: value))
        await #expect(throws: InferenceError.self) { try await analyzer.analyze(Pictures.noFace()) }
    }

    @Test func `a backend that is away is an error of the call, not of a picture`() async throws {
        let analyzer = try await FixtureAnalyzer.make(backend: AbsentBackend())
        let error = await #expect(throws: InferenceError.self) { try await analyzer.analyze([Pictures.noFace()]) }
        #expect(error?.isRetriable == true)
    }
}

/// Answers every detector request with heads full of one number.
private struct ConstantBackend: InferenceBackend {
    let value: Float

    func metadata(of model: String) async throws -> ModelMetadata { throw InferenceError(.notFound, model) }

    func infer(_ request: InferRequest) async throws -> InferResponse {
        let input = request.inputs[0].shape
        let outputs = [("head_16", 10, 16), ("head_32", 5, 32)].map { name, planes, stride in
            let shape = [1, planes, input[1] / stride, input[2] / stride]
            let storage = unsafe TensorStorage(byteCount: shape.reduce(4, *)) {
                _ = unsafe $0.initializeMemory(as: Float.self, repeating: value)
            }
            return Tensor(name: name, type: .float32, shape: shape, storage: storage)
        }
        return InferResponse(model: request.model, version: "1", outputs: outputs)
    }
}

private struct AbsentBackend: InferenceBackend {
    func metadata(of model: String) async throws -> ModelMetadata { throw InferenceError(.unavailable, "away") }
    func infer(_ request: InferRequest) async throws -> InferResponse { throw InferenceError(.unavailable, "away") }
}
