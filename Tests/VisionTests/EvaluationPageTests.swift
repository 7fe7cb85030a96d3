import Domain
import Foundation
import TestSupport
import Testing

@testable import Vision

@Suite struct EvaluationPageTests {
    private func truth(_ box: Box, _ category: COCODataset.Category, isCrowd: Bool = false) -> COCODataset.Truth {
        COCODataset.Truth(box: box, category: category, isCrowd: isCrowd)
    }

    private func face(_ box: Box, _ score: Float, _ state: MaskState) -> Face {
        Face(box: box, score: score, mask: state, maskScore: 1, maskScores: [state: 1])
    }

    private let box = Box(x: 32, y: 16, width: 16, height: 16)
    private let other = Box(x: 128, y: 64, width: 32, height: 32)

    private func details(_ scratch: ScratchDirectory, name: String) throws -> EvaluationDetails {
        let file = scratch.url.appending(path: "a.png")
        try Pictures.twoFaces().write(to: file)
        var evaluation = Evaluation(operatingScore: 0.5)
        var worst = WorstPictures()
        let found = [face(box, 0.9, .wornCorrectly), face(Box(x: 200, y: 100, width: 20, height: 20), 0.8, .unknown)]
        let matching = evaluation.add([truth(box, .noMask), truth(other, .incorrect)], found: found)
        worst.add(
            file, name: name, PictureAnalysis(width: 256, height: 144, faces: found, timings: .init()), matching)
        return EvaluationDetails(
            report: evaluation.report(seconds: 1), curves: evaluation.curves(), worst: worst.pictures,
            operatingScore: 0.5)
    }

    @Test func `a picture's mistakes are misjudged, missed and invented faces`() {
        let crowd = Box(x: 190, y: 90, width: 60, height: 50)
        let found = [
            face(box, 0.9, .wornCorrectly), face(Box(x: 200, y: 100, width: 20, height: 20), 0.8, .without),
            face(Box(x: 90, y: 10, width: 20, height: 20), 0.7, .without),
        ]
        let matching = FaceMatching(
            [truth(box, .noMask), truth(other, .mask), truth(crowd, .face, isCrowd: true)], found: found)
        #expect(matching.misjudged.count == 1 && matching.missed.count == 1)
        #expect(matching.extra == [found[2]])
    }

    @Test func `a face that is unknown or has no mask label is not misjudged`() {
        let matching = FaceMatching(
            [truth(box, .noMask), truth(other, .face)], found: [face(box, 0.9, .unknown), face(other, 0.9, .without)])
        #expect(matching.pairs.count == 2 && matching.misjudged.isEmpty)
    }

    @Test func `the worst pictures are kept, most mistakes first`() {
        var worst = WorstPictures()
        for count in 0..<20 {
            let truths = (0..<count).map { truth(Box(x: Float($0) * 50, y: 0, width: 40, height: 40), .face) }
            let analysis = PictureAnalysis(width: 10, height: 10, faces: [], timings: .init())
            worst.add(URL(filePath: "/x"), name: "\(count)", analysis, FaceMatching(truths, found: []))
        }
        #expect(worst.pictures.map(\.name) == (8..<20).reversed().map(String.init))
    }

    @Test func `the page holds figures, curves, the matrix and the picture, and nothing from elsewhere`() throws {
        let scratch = try ScratchDirectory()
        let page = EvaluationPage(
            try details(scratch, name: "a.png"), title: "mine.json", settings: [("detector", "face-fast/1")])
        let html = try page.html()
        for part in [
            "Faces, AP50", "class=\"curve face\"", "class=\"curve no_mask\"", "<td class=\"wrong\"", "0–16 px",
            "data:image/jpeg;base64,", "1 missed, 1 not annotated, 1 misjudged", "face-fast/1",
        ] { #expect(html.contains(part), "\(part)") }
        #expect(!html.contains("<script") && !html.contains("http://") && !html.contains("https://"))
    }

    @Test func `names become text, never markup`() throws {
        let scratch = try ScratchDirectory()
        let evil = "<img src=x onerror=alert(1)>\"'&"
        let page = EvaluationPage(try details(scratch, name: evil), title: evil, settings: [(evil, evil)])
        #expect(!(try page.html()).contains("<img"))
        #expect(Markup.escape(evil) == "&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;")
    }

    @Test func `a data set without mask labels and without mistakes has a page, too`() throws {
        var evaluation = Evaluation(operatingScore: 0.5)
        evaluation.add([truth(box, .face)], found: [face(box, 0.9, .unknown)])
        let details = EvaluationDetails(
            report: evaluation.report(seconds: 1), curves: evaluation.curves(), worst: [], operatingScore: 0.5)
        let html = try EvaluationPage(details, title: "x", settings: []).html()
        #expect(html.contains("There is none.") && html.contains("No annotated face says"))
    }

    @Test func `a curve is drawn with few points and ends where it ends`() {
        var precision = AveragePrecision()
        let boxes = (0..<1000).map { Box(x: Float($0) * 20, y: 0, width: 10, height: 10) }
        precision.add(
            truths: boxes.map { .init(box: $0, isCrowd: false) },
            candidates: boxes.enumerated().map { .init(box: $1, score: 1 - Float($0) / 1000) })
        let curve = precision.curve(overlap: 0.5)
        #expect(curve.points.count == 1000 && curve.outline(steps: 50).count < 60)
        #expect(curve.outline().last?.recall == 1 && curve.point(from: 0.5)?.recall == 0.501)
    }

    @Test(arguments: [(0.8423, 3, "0.842"), (1, 2, "1.00"), (0.0004, 3, "0.000"), (-1.25, 1, "-1.3"), (12.5, 0, "13")])
    func `numbers are written with their digits`(value: Double, digits: Int, text: String) {
        #expect(Markup.fixed(value, digits) == text)
    }
}
