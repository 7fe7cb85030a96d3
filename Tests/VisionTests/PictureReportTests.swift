import Domain
import Foundation
import Imaging
import Testing
import Vision

@Suite struct PictureReportTests {
    @Test func `a read picture is reported in the stable form`() throws {
        let face = Face(
            box: Box(x: 1.5, y: 2, width: 30, height: 40), score: 0.97, mask: .without, maskScore: 0.93,
            maskScores: [.without: 0.93, .wornCorrectly: 0.07])
        var timings = PictureAnalysis.Timings()
        timings.decode = 1
        timings.total = 3.5
        let analysis = PictureAnalysis(width: 640, height: 480, faces: [face], timings: timings)
        let line = String(decoding: try PictureReport(file: "a/b.jpg", .success(analysis)).json(), as: UTF8.self)
        let expected =
            #"{"faces":[{"box":[1.5,2,30,40],"mask":"without_mask","mask_score":0.93,"#
            + #""mask_scores":{"mask_worn_correctly":0.07,"without_mask":0.93},"score":0.97}],"file":"a/b.jpg","#
            + #""height":480,"timings_ms":{"classify":0,"decode":1,"detect":0,"total":3.5},"width":640}"#
        #expect(line == expected)
    }

    @Test func `a picture that cannot be read is reported with code and message`() throws {
        let error = PictureError(.truncated, "the JPEG ends early")
        let line = String(decoding: try PictureReport(file: "x.jpg", .failure(error)).json(), as: UTF8.self)
        #expect(line == #"{"error":{"code":"truncated","message":"the JPEG ends early"},"file":"x.jpg"}"#)
    }
}
