import Domain
import Foundation
import Grabber
import Imaging
import Messaging
import Metrics
import ObjectStorage
import TestSupport
import Testing

@Suite(
    "A grabber whose store or queue is away", .enabled(if: SimulatedCameras.areInstalled, SimulatedCameras.hint),
    .serialized)
struct OutageTests {
    /// Snapshots in the order of the queue, and whether each is stored.
    private func delivered(_ bench: GrabberBench) async throws -> [SnapshotTaken] {
        let announced = try await bench.announced()
        for message in announced {
            #expect(try await bench.objects.head(message.objectKey)?.bytes == message.bytes)
        }
        return announced
    }

    private func number(_ metric: String, in bench: GrabberBench) -> Int {
        let lines = bench.metrics.prometheusText().split(separator: "\n").filter {
            $0.hasPrefix(metric + " ") || $0.hasPrefix(metric + "{")
        }
        return lines.reduce(0) { $0 + ($1.split(separator: " ").last.flatMap { Double($0) }.map { Int($0) } ?? 0) }
    }

    private func waiting(_ bench: GrabberBench) -> Int { number("maskwatch_spool_pictures", in: bench) }

    private func isDegraded(_ bench: GrabberBench, _ reason: CameraFailure.Code) -> Bool {
        let status = bench.leases.status(of: "one")
        return status?.state == .degraded && status?.reason?.code == reason
    }

    /// Everything announced is counted, but for what the end came upon half delivered: that waits for the next start, which
    /// delivers it once more, in vain, and counts it.
    private func expectCounted(_ announced: [SnapshotTaken], of bench: GrabberBench) async throws {
        let left = Set(try await bench.spool(bytes: 64 << 20).oldest(100).map(\.message.snapshotID))
        #expect(announced.count { !left.contains($0.snapshotID) } == bench.leases.taken)
    }

    @Test("keeps pictures on its disk and delivers them in order", arguments: ["store", "slow store", "queue"])
    func outage(of part: String) async throws {
        let bench = try await GrabberBench(cameras: ["one", "two"])
        try await bench.whileGrabbing(spoolBytes: 64 << 20) {
            #expect(await eventually { bench.leases.taken >= 2 })
            switch part {
            case "store": bench.store.become(.fails)
            case "slow store": bench.store.become(.hangs)
            default: bench.broker.setAway(true)
            }
            // The cameras go on meanwhile.
            #expect(await eventually { waiting(bench) >= 6 })
            #expect(await eventually { isDegraded(bench, .storage) })
            let takenBefore = bench.leases.taken
            bench.store.become(.works)
            bench.broker.setAway(false)
            #expect(await eventually { waiting(bench) == 0 && bench.leases.taken >= takenBefore + 6 })
            #expect(await eventually { bench.leases.status(of: "one")?.state == .online })
        }
        let announced = try await delivered(bench)
        try await expectCounted(announced, of: bench)
        #expect(Set(announced.map(\.snapshotID)).count == announced.count)
        for name in ["one", "two"] {
            let ours = announced.filter { $0.cameraID == bench.leases.camera(name).id }.map(\.snapshotID)
            #expect(ours == ours.sorted())
        }
        #expect(number("maskwatch_spool_dropped_total", in: bench) == 0)
        // One of each camera, and a batch from the spool.
        #expect(bench.store.mostPuts <= 6)
    }

    @Test("has its pictures still when it is started again while the store is away")
    func restart() async throws {
        let bench = try await GrabberBench(cameras: ["one"])
        bench.store.become(.fails)
        try await bench.whileGrabbing(spoolBytes: 64 << 20) {
            #expect(await eventually { waiting(bench) >= 2 })
        }
        try await bench.whileGrabbing(spoolBytes: 64 << 20) {
            #expect(await eventually { waiting(bench) >= 4 })
            bench.store.become(.works)
            #expect(await eventually { waiting(bench) == 0 && bench.leases.taken >= 4 })
        }
        let announced = try await delivered(bench)
        #expect(announced.map(\.snapshotID) == announced.map(\.snapshotID).sorted())
        try await expectCounted(announced, of: bench)
    }

    @Test("goes on by itself when the store is back and its disk could keep nothing meanwhile")
    func nothingKept() async throws {
        let bench = try await GrabberBench(cameras: ["one"])
        try await bench.whileGrabbing(spoolBytes: 1) {
            bench.store.become(.fails)
            #expect(await eventually { bench.leases.skipped >= 2 })
            #expect(bench.leases.status(of: "one")?.state == .degraded)
            bench.store.become(.works)
            let takenBefore = bench.leases.taken
            #expect(await eventually { bench.leases.taken >= takenBefore + 2 })
            #expect(bench.leases.status(of: "one")?.state == .online)
        }
        try await expectCounted(delivered(bench), of: bench)
    }

    @Test("announces what an earlier process stored when the store is back, also of a camera that gives no pictures")
    func leftoversOfSilentCamera() async throws {
        let bench = try await GrabberBench(cameras: ["one"])
        try bench.simulated.set(#"{"refuse": true}"#, on: "one")
        let jpeg = try JPEGEncoder().encode(SyntheticPicture.scene())
        let earlier = SnapshotID(at: Date() - 30)
        try await bench.objects.put(jpeg, at: .snapshot(earlier, camera: bench.leases.camera("one").id))
        bench.store.become(.fails)
        try await bench.whileGrabbing(spoolBytes: 64 << 20) {
            #expect(await eventually { bench.leases.status(of: "one")?.reason?.code == .connectionRefused })
            bench.store.become(.works)
            #expect(await eventually { bench.leases.status(of: "one")?.lastSnapshot == earlier })
            #expect(bench.leases.status(of: "one")?.state == .offline)
        }
        #expect(try await bench.announced().map(\.snapshotID) == [earlier])
    }

    @Test("leaves out a picture that was damaged while it waited, counts it, and delivers the others")
    func damaged() async throws {
        let bench = try await GrabberBench(cameras: ["one"])
        bench.store.become(.fails)
        try await bench.whileGrabbing(spoolBytes: 64 << 20) {
            #expect(await eventually { waiting(bench) >= 3 })
            try Data([1]).write(to: URL(filePath: bench.spooledFiles()[1]))
            bench.store.become(.works)
            #expect(await eventually { waiting(bench) == 0 && bench.leases.taken >= 3 })
        }
        #expect(number(#"maskwatch_spool_dropped_total{reason="damaged"}"#, in: bench) == 1)
        try await expectCounted(delivered(bench), of: bench)
    }

    @Test("gives the oldest pictures up when its disk is used up, and counts them")
    func dropped() async throws {
        let bench = try await GrabberBench(cameras: ["one"])
        try await bench.whileGrabbing(spoolBytes: 60_000) {
            bench.store.become(.fails)
            #expect(await eventually { number("maskwatch_spool_dropped_total", in: bench) >= 2 })
            bench.store.become(.works)
            #expect(await eventually { waiting(bench) == 0 && bench.leases.status(of: "one")?.state == .online })
        }
        try await expectCounted(delivered(bench), of: bench)
        let dropped = number("maskwatch_spool_dropped_total", in: bench)
        #expect(dropped >= 2 && bench.leases.skipped >= dropped)
    }
}
