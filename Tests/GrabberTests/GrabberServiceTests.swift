import Capture
import CaptureFFmpeg
import Domain
import Foundation
import Grabber
import Imaging
import Logging
import Messaging
import MessagingSQLite
import Metrics
import ObjectStorage
import Persistence
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing

@Suite("Grabber", .enabled(if: SimulatedCameras.areInstalled, SimulatedCameras.hint), .serialized)
struct GrabberServiceTests {
    @Test("stores pictures of every camera, announces them, and gives its leases back")
    func pictures() async throws {
        let bench = try await GrabberBench(cameras: ["one", "two"])
        try await bench.whileGrabbing {
            #expect(await eventually { bench.leases.status(of: "one")?.taken ?? 0 >= 2 })
            #expect(await eventually { bench.leases.status(of: "two")?.taken ?? 0 >= 2 })
        }
        #expect(bench.leases.isReleased)
        let announced = try await bench.announced()
        let stored = try await bench.objects.list(prefix: "snapshots", after: nil, limit: 1000)
        #expect(Set(announced.map(\.objectKey)) == Set(stored.map(\.key)))
        #expect(announced.count == bench.leases.taken)
        let first = try #require(announced.first)
        let picture = try PictureDecoder().decode(try await bench.objects.get(first.objectKey, limit: 1 << 20))
        #expect(picture.width == first.width && picture.height == first.height)
    }

    @Test("tells why a camera is offline, takes it back when it returns, and never delays another")
    func outage() async throws {
        let bench = try await GrabberBench(cameras: ["one", "two"])
        try bench.simulated.set(#"{"refuse": true}"#, on: "one")
        try await bench.whileGrabbing {
            #expect(await eventually { bench.leases.status(of: "one")?.reason?.code == .connectionRefused })
            #expect(bench.leases.status(of: "one")?.state == .offline)
            #expect(await eventually { bench.leases.status(of: "two")?.taken ?? 0 >= 2 })
            try bench.simulated.set(#"{"refuse": false}"#, on: "one")
            #expect(await eventually { bench.leases.status(of: "one")?.state == .online })
        }
    }

    @Test("announces what an earlier process stored and could not announce")
    func leftovers() async throws {
        let bench = try await GrabberBench(cameras: ["one"])
        let camera = bench.leases.camera("one")
        let jpeg = try JPEGEncoder().encode(SyntheticPicture.scene())
        let earlier = [-30.0, -20, -10].map { SnapshotID(at: Date() + $0) }
        for snapshot in earlier { try await bench.objects.put(jpeg, at: .snapshot(snapshot, camera: camera.id)) }
        bench.leases.setLastSnapshot(earlier[0], of: "one")
        try await bench.whileGrabbing {
            #expect(await eventually { bench.leases.status(of: "one")?.taken ?? 0 >= 3 })
        }
        let announced = try await bench.announced()
        #expect(Array(announced.map(\.snapshotID).sorted().prefix(2)) == Array(earlier.dropFirst()))
        #expect(announced.allSatisfy { $0.width > 0 && $0.height > 0 })
    }

    @Test("skips pictures while the queue is full, keeps none of them, and counts them")
    func fullQueue() async throws {
        let bench = try await GrabberBench(cameras: ["one"], queueBound: 2)
        try await bench.whileGrabbing {
            #expect(await eventually { bench.leases.status(of: "one")?.skipped ?? 0 >= 2 })
            #expect(
                await eventually {
                    let status = bench.leases.status(of: "one")
                    return status?.state == .degraded && status?.reason?.code == .queueFull
                })
        }
        #expect(try await bench.objects.list(prefix: "snapshots", after: nil, limit: 1000).count == 2)
        #expect(try await bench.announced().count == 2)
    }
}
