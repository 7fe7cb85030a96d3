import Domain
import Foundation
import TestSupport
import Testing

@testable import Application

@Suite struct DatasetExportTests {
    private func observation(hour: Double, faces: [Face] = []) -> Observation {
        Observation(
            snapshotID: SnapshotID(), cameraID: CameraID(), takenAt: Date(timeIntervalSince1970: hour * 3600),
            objectKey: ObjectKey("a.jpg")!, width: 640, height: 360, faces: faces)
    }

    private func days(_ observations: [Observation]) -> Set<Int> {
        Set(observations.map { Int($0.takenAt.timeIntervalSince1970 / 86_400) })
    }

    @Test func `pictures to judge by are of days of their own, the newest`() {
        let split = DatasetSplit((0..<50).map { observation(hour: Double($0) * 4) }, share: 0.2)
        #expect(split.training.count + split.validation.count == 50)
        #expect(days(split.training).isDisjoint(with: days(split.validation)))
        #expect(split.validation.count >= 10 && split.validation.count <= 16)
        #expect((days(split.training).max() ?? 0) < (days(split.validation).min() ?? 0))
    }

    @Test func `two days are one for each, however uneven`() {
        let few = DatasetSplit([1, 2, 30, 31, 32, 33, 34, 35].map { observation(hour: $0) }, share: 0.2)
        #expect(few.training.count == 2 && few.validation.count == 6)
        let many = DatasetSplit([1, 2, 3, 4, 5, 6, 7, 30].map { observation(hour: $0) }, share: 0.5)
        #expect(many.training.count == 7 && many.validation.count == 1)
    }

    @Test func `one day is cut by time`() {
        let split = DatasetSplit((0..<10).map { observation(hour: Double($0)) }, share: 0.2)
        #expect(split.training.count == 8 && split.validation.count == 2)
        #expect(split.validation.allSatisfy { $0.takenAt.timeIntervalSince1970 >= 8 * 3600 })
    }

    @Test func `nothing, one picture, and no share are no trouble`() {
        #expect(DatasetSplit([], share: 0.2).training.isEmpty)
        #expect(DatasetSplit([observation(hour: 1)], share: 0.2).training.count == 1)
        #expect(DatasetSplit([observation(hour: 1), observation(hour: 99)], share: 0).validation.isEmpty)
    }

    @Test func `the file is COCO with the training kit's categories`() throws {
        let scratch = try ScratchDirectory()
        let states: [MaskState] = [.unknown, .wornCorrectly, .without, .wornIncorrectly]
        let faces = states.enumerated().map { index, state in
            Face(
                box: Box(x: Float(index) * 10, y: 5, width: 8, height: 9), score: 0.9, mask: state, maskScore: 1,
                maskScores: [:])
        }
        let seen = observation(hour: 5, faces: faces)
        var writer = try COCOWriter(folder: scratch.url, split: "train")
        try writer.add(seen, jpeg: Data("picture".utf8), camera: "Door")
        try writer.finish()
        let data = try Data(contentsOf: scratch.url.appending(path: "faces/train.json"))
        let coco = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let image = try #require((coco["images"] as? [[String: Any]])?.first)
        let annotations = try #require(coco["annotations"] as? [[String: Any]])
        #expect(annotations.compactMap { $0["category_id"] as? Int } == [0, 1, 2, 3])
        #expect(annotations.allSatisfy { $0["image_id"] as? Int == image["id"] as? Int })
        #expect(annotations[1]["bbox"] as? [Double] == [10, 5, 8, 9])
        #expect(
            (coco["categories"] as? [[String: Any]])?.compactMap { $0["name"] as? String }
                == ["face", "mask", "no_mask", "incorrect"])
        let name = try #require(image["file_name"] as? String)
        let picture = try Data(contentsOf: scratch.url.appending(path: "faces/train/\(name)"))
        #expect(picture == Data("picture".utf8))
    }
}
