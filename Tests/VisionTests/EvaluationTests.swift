import Domain
import Foundation
import Imaging
import TestSupport
import Testing

@testable import Vision

@Suite struct EvaluationTests {
    private struct Fixture: Decodable {
        struct Truth: Decodable {
            let box: Box
            let category: String
            let crowd: Bool
        }
        struct Found: Decodable {
            let box: Box
            let score: Float
            let mask_scores: [String: Float]
        }
        struct Picture: Decodable {
            let truths: [Truth]
            let found: [Found]
        }
        struct Expected: Decodable {
            let ap50: Double
            let ap: Double
            let map50: Double
            let ap50_by_height: [String: Double]
            let ap50_by_class: [String: Double]
        }
        let pictures: [Picture]
        let expected: Expected
    }

    private func face(_ box: Box, _ score: Float, _ scores: [MaskState: Float]) -> Face {
        let best = scores.max { $0.value < $1.value }
        return Face(
            box: box, score: score, mask: best?.key ?? .unknown, maskScore: best?.value ?? 0, maskScores: scores)
    }

    private func truth(_ box: Box, _ category: COCODataset.Category, isCrowd: Bool = false) -> COCODataset.Truth {
        COCODataset.Truth(box: box, category: category, isCrowd: isCrowd)
    }

    @Test func `the figures are those of pycocotools`() throws {
        let data = try Data(contentsOf: Fixtures.directory.appending(path: "evaluation.json"))
        let fixture = try JSONDecoder().decode(Fixture.self, from: data)
        var evaluation = Evaluation(operatingScore: 0.5)
        for picture in fixture.pictures {
            let truths = try picture.truths.map {
                truth($0.box, try #require(COCODataset.Category(rawValue: $0.category)), isCrowd: $0.crowd)
            }
            let found = picture.found.map { found in
                face(
                    found.box, found.score,
                    Dictionary(
                        uniqueKeysWithValues: MaskState.allCases.compactMap { state in
                            found.mask_scores[state.rawValue].map { (state, $0) }
                        }))
            }
            evaluation.add(truths, found: found)
        }
        let report = evaluation.report(seconds: 0)
        let expected = fixture.expected
        #expect(report.images == 40)
        #expect(abs((report.ap50 ?? 0) - expected.ap50) < 0.001)
        #expect(abs((report.ap ?? 0) - expected.ap) < 0.001)
        #expect(abs((report.map50 ?? 0) - expected.map50) < 0.001)
        for (name, value) in expected.ap50_by_height {
            #expect(abs(((report.ap50ByHeight[name] ?? nil) ?? 0) - value) < 0.001, "\(name)")
        }
        for (name, value) in expected.ap50_by_class {
            #expect(abs((report.ap50ByClass[name] ?? 0) - value) < 0.001, "\(name)")
        }
    }

    @Test func `the confusion counts answers, unknown and missed faces`() {
        let boxes = (0..<5).map { Box(x: Float($0) * 50, y: 0, width: 40, height: 40) }
        var evaluation = Evaluation(operatingScore: 0.5)
        evaluation.add(
            [
                truth(boxes[0], .mask), truth(boxes[1], .mask), truth(boxes[2], .noMask), truth(boxes[3], .noMask),
                truth(boxes[4], .face),
            ],
            found: [
                face(boxes[0], 0.9, [.wornCorrectly: 1]), face(boxes[1], 0.9, [.without: 1]),
                face(boxes[2], 0.9, [:]), face(boxes[3], 0.4, [.without: 1]), face(boxes[4], 0.9, [.without: 1]),
            ])
        let report = evaluation.report(seconds: 1)
        #expect(report.confusion == ["mask": ["mask": 1, "no_mask": 1], "no_mask": ["unknown": 1, "missed": 1]])
        #expect(report.accuracy == 0.5 && report.balancedAccuracy == 0.5 && report.faces == 5)
    }

    @Test func `without annotations the figures are null, not zero`() throws {
        let report = Evaluation(operatingScore: 0.5).report(seconds: 0)
        let text = String(decoding: try report.json(), as: UTF8.self)
        #expect(text.contains(#""ap50":null"#) && text.contains(#""ap50_by_height":{"0-16":null"#))
    }

    @Test func `a data set on disk is evaluated with pictures converted from other formats`() async throws {
        let scratch = try ScratchDirectory()
        try Pictures.twoFaces().write(to: scratch.url.appending(path: "a.png"))
        let coco = """
            {"images":[{"id":1,"file_name":"a.avif"}],"categories":[{"id":2,"name":"no_mask"},{"id":3,"name":"incorrect"}],
            "annotations":[{"id":1,"image_id":1,"category_id":2,"bbox":[32,16,16,16]},
            {"id":2,"image_id":1,"category_id":3,"bbox":[128,64,32,32],"iscrowd":0}]}
            """
        let file = scratch.url.appending(path: "coco.json")
        try Data(coco.utf8).write(to: file)
        let run = EvaluationRun(analyzer: try await FixtureAnalyzer.make(), operatingScore: 0.5)
        let details = try await run.run(try COCODataset(contentsOf: file), images: scratch.url)
        let report = details.report
        #expect(report.ap50 == 1 && report.map50 == 1 && report.accuracy == 1 && report.images == 1)
    }

    @Test func `a missing picture and a foreign category are named`() async throws {
        let scratch = try ScratchDirectory()
        let file = scratch.url.appending(path: "coco.json")
        try Data(#"{"images":[],"annotations":[],"categories":[{"id":1,"name":"cat"}]}"#.utf8).write(to: file)
        #expect(throws: EvaluationError.self) { try COCODataset(contentsOf: file) }
        try Data(#"{"images":[{"id":1,"file_name":"x.jpg"}],"annotations":[],"categories":[]}"#.utf8).write(to: file)
        let run = EvaluationRun(analyzer: try await FixtureAnalyzer.make(), operatingScore: 0.5)
        let error = await #expect(throws: EvaluationError.self) {
            try await run.run(try COCODataset(contentsOf: file), images: scratch.url)
        }
        #expect(error?.description.contains("x.jpg") == true)
    }

    @Test func `a face too small to tell counts for every class, but is shown as unknown`() async throws {
        let repository = ModelRepository(directory: Fixtures.models)
        let package = try repository.package(named: "colour-classifier")
        let backend = try await FixtureAnalyzer.openVINO([package])
        let small = Box(x: 10, y: 10, width: 5, height: 5)
        let picture = Pictures.picture([(10, 10, 5, Pictures.red)])
        #expect(try MaskClassifier(package, backend: backend).crop(small, from: picture) == nil)
        let thorough = try MaskClassifier(package, backend: backend, scoresEveryFace: true)
        let crop = try #require(thorough.crop(small, from: picture))
        #expect(try await thorough.classify([crop])[0].state == .without)
        #expect(thorough.isTooSmall(small))
    }
}
