import Analyzer
import Domain
import Foundation
import Persistence
import PersistenceSQLite
import TestSupport
import Testing

@testable import Application

@Suite struct DatasetSourceTests {
    private let scratch: ScratchDirectory
    private let persistence: SQLitePersistence
    private let camera = Camera(name: "door", source: CameraSource(address: "rtsp://door.test"))
    private let other = Camera(name: "yard", source: CameraSource(address: "rtsp://yard.test"))

    init() async throws {
        scratch = try ScratchDirectory()
        persistence = try await SQLitePersistence.open(path: scratch.path("x.sqlite"), sealer: MirrorSealer())
        for one in [camera, other] { try await persistence.cameras.save(one) }
    }

    private var source: DatasetSource {
        DatasetSource(observations: persistence.observations, corrections: persistence.corrections, page: 2)
    }

    /// Without a mask, as far as the models know.
    private func seen(_ second: Double, by camera: Camera? = nil) async throws -> Observation {
        let time = Date(timeIntervalSince1970: 1_000_000 + second)
        let observation = Observation.sample(camera: (camera ?? self.camera).id, at: time, without: 1)
        let analysis = ObservationAnalysis(timeZone: .gmt)
        _ = try await persistence.observations.record(observation) { analysis.plan(observation, $0) }
        return observation
    }

    private func correct(_ observation: Observation, _ states: [MaskState]) async throws {
        let faces = states.map { Correction.CorrectedFace(box: Box(x: 1, y: 2, width: 30, height: 40), mask: $0) }
        try await persistence.corrections.save(
            Correction(
                snapshotID: observation.snapshotID, faces: faces, correctedBy: "eve",
                correctedAt: observation.takenAt))
    }

    @Test func `every corrected picture comes, as it was corrected, over many pages`() async throws {
        var pictures: [Observation] = []
        for second in 0..<7 { pictures.append(try await seen(Double(second))) }
        for picture in pictures.dropLast() { try await correct(picture, [.wornCorrectly, .wornIncorrectly]) }
        let found = try await source.corrected(100)
        #expect(found.map(\.snapshotID) == pictures.dropLast().map(\.snapshotID))
        #expect(found.allSatisfy { $0.faces.map(\.mask) == [.wornCorrectly, .wornIncorrectly] })
        #expect(
            found.allSatisfy {
                $0.faces.map(\.box) == Array(repeating: Box(x: 1, y: 2, width: 30, height: 40), count: 2)
            })
    }

    @Test func `a limit keeps the newest`() async throws {
        var pictures: [Observation] = []
        for second in 0..<5 { pictures.append(try await seen(Double(second))) }
        for picture in pictures { try await correct(picture, [.without]) }
        #expect(try await source.corrected(3).map(\.snapshotID) == pictures.suffix(3).map(\.snapshotID))
    }

    @Test func `the others follow, the newest first, and none comes twice`() async throws {
        var pictures: [Observation] = []
        for second in 0..<6 { pictures.append(try await seen(Double(second))) }
        for index in [0, 4, 5] { try await correct(pictures[index], []) }
        let found = try await source.newest(100)
        #expect(found.map(\.snapshotID) == [0, 4, 5, 3, 2, 1].map { pictures[$0].snapshotID })
        #expect(found.map(\.faces.isEmpty) == [true, true, true, false, false, false])
        #expect(try await source.newest(4).map(\.snapshotID) == [0, 4, 5, 3].map { pictures[$0].snapshotID })
    }

    @Test func `a camera and faces can be asked for`() async throws {
        let mine = try await seen(1)
        let theirs = try await seen(2, by: other)
        let empty = try await seen(3)
        try await correct(theirs, [.without])
        try await correct(empty, [])
        var wanted = source
        wanted.camera = camera.id
        #expect(try await wanted.newest(9).map(\.snapshotID) == [empty.snapshotID, mine.snapshotID])
        wanted.onlyFaces = true
        #expect(try await wanted.newest(9).map(\.snapshotID) == [mine.snapshotID])
        #expect(try await wanted.corrected(9).isEmpty)
    }
}
