import Domain
import Foundation
import Grabber
import ObjectStorage
import TestSupport
import Testing

/// A message about a picture taken at that second.
private func message(
    _ second: Int, of camera: CameraID, bytes: Int = 100, burst: SnapshotID? = nil
) -> SnapshotTaken {
    let snapshot = SnapshotID(at: Date(timeIntervalSince1970: 1_790_000_000 + Double(second)))
    return SnapshotTaken(
        snapshotID: snapshot, cameraID: camera, takenAt: snapshot.time,
        objectKey: .snapshot(snapshot, camera: camera), width: 640, height: 360, bytes: bytes, shot: 1, shots: 3,
        burstID: burst)
}

@Suite("What waits in a spool")
struct SpoolIndexTests {
    private let camera = CameraID()

    private func pictures(_ count: Int, bytes: Int = 100) -> [SpooledPicture] {
        (0..<count).map { SpooledPicture(message($0, of: camera, bytes: bytes)) }
    }

    /// - Returns: what had to go.
    private func add(_ picture: SpooledPicture, to index: inout SpoolIndex) -> [SpooledPicture]? {
        guard let dropped = index.reserve(picture.message.bytes) else { return nil }
        for picture in dropped { _ = index.remove(picture) }
        index.insert(picture)
        return dropped
    }

    @Test("is in the order of time, whenever it came")
    func order() {
        let pictures = pictures(6)
        var index = SpoolIndex(limit: 1000, waiting: [pictures[4], pictures[1]])
        for number in [5, 0, 3, 2] { #expect(add(pictures[number], to: &index)?.isEmpty == true) }
        #expect(index.oldest(10) == pictures)
        #expect(index.bytes == 600 && index.count == 6)
    }

    @Test("makes room by giving up the oldest, as few as it takes")
    func oldestFirst() {
        let pictures = pictures(5)
        var index = SpoolIndex(limit: 350)
        let dropped = pictures.map { add($0, to: &index) }
        #expect(dropped == [[], [], [], [pictures[0]], [pictures[1]]])
        let large = SpooledPicture(message(9, of: camera, bytes: 200))
        #expect(add(large, to: &index) == [pictures[2], pictures[3]])
        #expect(index.bytes == 300)
    }

    @Test("gives nothing up for what has no room at all")
    func tooLarge() {
        var index = SpoolIndex(limit: 350, waiting: pictures(3))
        #expect(index.reserve(351) == nil)
        #expect(index.count == 3)
    }

    @Test("counts what is being written")
    func reservations() {
        let pictures = pictures(3)
        var index = SpoolIndex(limit: 300, waiting: [pictures[0]])
        #expect(index.reserve(100) == [])
        #expect(index.reserve(100) == [])
        #expect(index.reserve(100) == [pictures[0]])
        index.release(100)
        index.insert(pictures[1])
        index.insert(pictures[2])
        #expect(index.bytes == 300)
        #expect(index.reserve(100) == [pictures[0]])
    }

    @Test("does not give up what is being delivered, until that has failed")
    func claims() {
        let pictures = pictures(3)
        var index = SpoolIndex(limit: 300, waiting: pictures)
        #expect(index.claim(2) == [pictures[0], pictures[1]])
        #expect(index.oldestToDrop == pictures[2])
        #expect(index.reserve(200) == nil)
        #expect(index.reserve(100) == [pictures[2]])
        index.release(100)
        index.unclaim()
        #expect(index.reserve(100) == [pictures[0]])
    }

    @Test("knows its cameras until their last picture has gone")
    func cameras() {
        let pictures = pictures(2)
        var index = SpoolIndex(limit: 300, waiting: pictures)
        #expect(index.remove(pictures[1]) == true)
        #expect(index.remove(pictures[1]) == false)
        #expect(index.holds(camera))
        #expect(index.remove(pictures[0]) == true)
        #expect(!index.holds(camera) && index.bytes == 0)
    }
}

@Suite("The spool")
struct SpoolTests {
    private let scratch: ScratchDirectory

    init() throws { scratch = try ScratchDirectory() }

    private var folder: String { scratch.path("spool") }

    /// Opens the spool, and lets go of it at the end.
    private func whileOpen(limit: Int = 1 << 20, _ body: (Spool) async throws -> Void) async throws {
        try await body(Spool.open(below: folder, limitBytes: limit))
    }

    @Test("has after a restart what it had, and everything that the messages said")
    func restart() async throws {
        let cameras = [CameraID(), CameraID()]
        let messages = (0..<6).map { message($0, of: cameras[$0 % 2], burst: $0 < 3 ? SnapshotID() : nil) }
        try await whileOpen { spool in
            for message in messages.shuffled() { #expect(await spool.add(Data(count: 100), message).isEmpty) }
        }
        try await whileOpen { spool in
            #expect(await spool.oldest(10).map(\.message) == messages)
            #expect(await spool.usage.bytes == 600)
            #expect(await spool.holds(cameras[0]))
            #expect(spool.damagedAtStart == 0)
        }
    }

    @Test("drops the oldest pictures when it is full, and says which")
    func limit() async throws {
        let messages = (0..<5).map { message($0, of: CameraID()) }
        try await whileOpen(limit: 250) { spool in
            var dropped: [SnapshotTaken] = []
            for message in messages { dropped += await spool.add(Data(count: 100), message) }
            #expect(dropped == Array(messages.prefix(3)))
            let large = message(9, of: CameraID(), bytes: 1000)
            #expect(await spool.add(Data(count: 1000), large) == [large])
        }
        try await whileOpen(limit: 250) { spool in
            #expect(await spool.oldest(10).map(\.message) == Array(messages.suffix(2)))
        }
    }

    @Test("forgets what was half written when the process died, and counts files that are no whole pictures")
    func halfWritten() async throws {
        let camera = CameraID()
        let messages = (0..<3).map { message($0, of: camera) }
        var files: [String] = []
        try await whileOpen { spool in
            for message in messages { _ = await spool.add(Data(count: 100), message) }
            files = await spool.oldest(3).map { "\(folder)/1/\($0.file)" }
        }
        let half = "\(folder)/1/.writing/half"
        #expect(FileManager.default.createFile(atPath: half, contents: Data(count: 50)))
        try Data(count: 99).write(to: URL(filePath: files[1]))
        try Data([1]).write(to: URL(filePath: "\(folder)/1/pictures/notes.txt"))
        try await whileOpen { spool in
            #expect(await spool.oldest(10).map(\.message) == [messages[0], messages[2]])
            #expect(spool.damagedAtStart == 2)
        }
        for file in [half, files[1]] { #expect(!FileManager.default.fileExists(atPath: file)) }
        try await whileOpen { spool in #expect(spool.damagedAtStart == 0) }
    }

    @Test("gives nothing for a file that was damaged meanwhile")
    func damaged() async throws {
        try await whileOpen { spool in
            _ = await spool.add(Data(count: 100), message(0, of: CameraID()))
            let picture = try #require(await spool.oldest(1).first)
            #expect(await spool.jpeg(of: picture) == Data(count: 100))
            try Data([1]).write(to: URL(filePath: "\(folder)/1/\(picture.file)"))
            #expect(await spool.jpeg(of: picture) == nil)
            #expect(await spool.remove(picture))
            #expect(await !spool.remove(picture))
        }
    }

    @Test("is another one for each process, and one with pictures first for the next")
    func several() async throws {
        let message = message(0, of: CameraID())
        try await whileOpen { first in
            try await whileOpen { second in
                _ = await second.add(Data(count: 100), message)
                #expect(await first.usage.pictures == 0)
            }
            try await whileOpen { next in #expect(await next.oldest(2).map(\.message) == [message]) }
        }
        try await whileOpen { next in #expect(await next.oldest(2).map(\.message) == [message]) }
    }

    @Test("goes on when its disk is full", .enabled(if: FullDisk.isPossible, "mounting a small disk needs root"))
    func fullDisk() async throws {
        let disk = try FullDisk(at: scratch.path("disk"), bytes: 1 << 20)
        let camera = CameraID()
        let spool = try await Spool.open(below: disk.path + "/spool", limitBytes: 1 << 30)
        let size = 200_000
        var dropped: [SnapshotTaken] = []
        let messages = (0..<12).map { message($0, of: camera, bytes: size) }
        for message in messages { dropped += await spool.add(Data(count: size), message) }
        let kept = await spool.oldest(20)
        #expect(kept.count >= 3 && kept.map(\.message) == Array(messages.suffix(kept.count)))
        #expect(dropped == Array(messages.prefix(dropped.count)) && kept.count + dropped.count == 12)
        for picture in kept { #expect(await spool.jpeg(of: picture)?.count == size) }
    }

    @Test("drops what it cannot keep when its disk has gone", .enabled(if: FullDisk.isPossible, "needs root"))
    func vanishedDisk() async throws {
        let disk = try FullDisk(at: scratch.path("disk"), bytes: 1 << 20)
        let spool = try await Spool.open(below: disk.path + "/spool", limitBytes: 1 << 30)
        try disk.vanish()
        let message = message(0, of: CameraID())
        #expect(await spool.add(Data(count: 100), message) == [message])
        #expect(await spool.usage.bytes == 0)
    }
}
