import Domain
import Foundation
import Imaging
import Inference
import TestSupport
import Testing

@testable import Vision

/// A detector whose package asks for several looks at a picture.
@Suite struct LooksTests {
    private let scratch: ScratchDirectory
    private let package: ModelPackage

    init() throws {
        scratch = try ScratchDirectory()
        package = try FixtureAnalyzer.detector(in: scratch, input: "\"looks\": [128, 256]")
    }

    /// A green square that is one cell of the larger look, and one that is one cell of the smaller.
    private func picture() throws -> Data {
        try PictureEncoder.png(Pictures.picture([(32, 32, 32, Pictures.green), (128, 64, 64, Pictures.green)]))
    }

    private func count(_ box: Box, among faces: [Face]) -> Int {
        faces.count { $0.box.intersectionOverUnion(box) > 0.95 }
    }

    @Test func `faces of every look are told, in pixels of the picture`() async throws {
        let one = try await FixtureAnalyzer.make().analyze(picture()).faces
        let both = try await FixtureAnalyzer.make(detector: package).analyze(picture()).faces
        let (small, large) = (
            Box(x: 32, y: 32, width: 32, height: 32), Box(x: 128, y: 64, width: 64, height: 64)
        )
        #expect(count(small, among: one) == 1 && count(large, among: one) == 0)
        #expect(count(small, among: both) == 1 && count(large, among: both) == 1)
        #expect(both.count == one.count + 1)
        #expect(both.allSatisfy { $0.mask == .wornIncorrectly })
    }

    @Test func `a face that several looks show is told once, with the best score`() async throws {
        let packages = try FixtureAnalyzer.packages()
        let detector = try FaceDetector(packages[0], backend: await FixtureAnalyzer.openVINO(packages))
        let pixels = Pictures.picture([(32, 32, 32, Pictures.green)])
        let pale = Pictures.picture([(32, 32, 32, Color(red: 0, green: 200, blue: 0))])
        let size = PictureSize(width: 256, height: 144)
        let weak = try await detector.infer(detector.looks(at: pale, size: size))
        let strong = try await detector.infer(detector.looks(at: pixels, size: size))
        let alone = try detector.detections(in: strong, size: size)
        #expect(alone.count == 1)
        #expect(try detector.detections(in: weak, size: size) != alone)
        #expect(try detector.detections(in: weak + strong, size: size) == alone)
    }

    @Test func `pictures that are looked at together get what each gets alone`() async throws {
        let pictures = try [picture(), Pictures.twoFaces(), Data(), Pictures.noFace(), picture()]
        let alone = try await FixtureAnalyzer.make(detector: package).analyze(pictures)
        let together = try await FixtureAnalyzer.make(batch: 5, detector: package).analyze(pictures)
        let faces = { (results: [Result<PictureAnalysis, PictureError>]) in results.map { (try? $0.get())?.faces } }
        #expect(faces(together) == faces(alone))
        #expect(faces(alone).map { $0?.count }.enumerated().allSatisfy { ($0.offset == 2) == ($0.element == nil) })
    }

    @Test func `a longest side that is set is the only look`() throws {
        let size = PictureSize(width: 640, height: 480)
        let backend = UnusedBackend()
        let own = try FaceDetector(package, backend: backend)
        #expect(own.inputs(for: size).map(\.columns) == [128, 256] && own.usefulSide == 512)
        let set = try FaceDetector(package, backend: backend, settings: FaceDetector.Settings(longestSide: 320))
        #expect(set.inputs(for: size).map(\.columns) == [320])
    }

    @Test func `a picture that is not enlarged is looked at once at each of its sizes`() throws {
        let other = try ScratchDirectory()
        let package = try FixtureAnalyzer.detector(in: other, input: "\"looks\": [128, 256], \"enlarge\": 1")
        let detector = try FaceDetector(package, backend: UnusedBackend())
        let widths = [100, 200, 600].map { width in
            detector.inputs(for: PictureSize(width: width, height: 50)).map(\.content.width)
        }
        #expect(widths == [[100], [128, 200], [128, 256]])
    }

    @Test func `the shapes of all looks are made ready`() async throws {
        let detector = try FaceDetector(package, backend: UnusedBackend())
        #expect(Set(detector.usualInputs.map { max($0.columns, $0.rows) }) == [128, 256])
        try await FixtureAnalyzer.make(detector: package).warmUp()
    }
}

private struct UnusedBackend: InferenceBackend {
    func metadata(of model: String) async throws -> ModelMetadata { throw InferenceError(.unavailable, "away") }
    func infer(_ request: InferRequest) async throws -> InferResponse { throw InferenceError(.unavailable, "away") }
}
