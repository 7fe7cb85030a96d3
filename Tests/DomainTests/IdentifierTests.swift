import Domain
import Foundation
import Testing

@Suite("Identifiers")
struct IdentifierTests {
    @Test("carry their time to the millisecond and sort by it")
    func timeOrder() {
        let early = SnapshotID(at: Date(timeIntervalSince1970: 1_700_000_000.123))
        let late = SnapshotID(at: Date(timeIntervalSince1970: 1_700_000_000.124))
        #expect(abs(early.time.timeIntervalSince1970 - 1_700_000_000.123) < 0.001)
        #expect(early < late)
    }

    @Test("are UUIDs of version 7 and come back from their text")
    func text() {
        let id = CameraID()
        #expect(id.description.dropFirst(14).first == "7")
        #expect(CameraID(id.description) == id)
        #expect(CameraID("no uuid") == nil)
    }
}

@Suite("Object keys")
struct ObjectKeyTests {
    @Test(
        "refuse what could leave the store", arguments: ["", "/a", "a/", "a//b", "../a", "a/../b", "a b", "a\\b", "é"])
    func refused(_ text: String) {
        #expect(ObjectKey(text) == nil)
    }

    @Test("of snapshots name camera, hour and snapshot")
    func snapshot() throws {
        let camera = CameraID()
        let id = SnapshotID(at: Date(timeIntervalSince1970: 1_767_323_045))
        let key = ObjectKey.snapshot(id, camera: camera)
        #expect(key.description == "snapshots/\(camera)/2026/01/02/03/\(id).jpg")
        #expect(key.snapshotID == id)
    }
}

@Suite("Messages")
struct MessageTests {
    @Test("survive their JSON form")
    func roundTrip() throws {
        let face = Face(
            box: Box(x: 1, y: 2, width: 3, height: 4), score: 0.9, mask: .without, maskScore: 0.8,
            maskScores: [.without: 0.8])
        let snapshot = SnapshotID()
        let camera = CameraID()
        let observation = Observation(
            snapshotID: snapshot, cameraID: camera, takenAt: Date(timeIntervalSince1970: 1_700_000_000.5),
            objectKey: .snapshot(snapshot, camera: camera), width: 10, height: 20, faces: [face])
        let data = try JSON.encode(observation)
        #expect(try JSON.decode(Observation.self, from: data) == observation)
        #expect(String(decoding: data, as: UTF8.self).contains("\"mask_scores\":{\"without_mask\""))
    }
}
