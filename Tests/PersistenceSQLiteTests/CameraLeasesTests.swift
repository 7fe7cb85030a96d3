import Domain
import Foundation
import Persistence
import PersistenceSQLite
import TestSupport
import Testing

@Suite("Leases on cameras")
struct CameraLeasesTests {
    private let scratch: ScratchDirectory
    private let clock = TestClock()
    private let persistence: SQLitePersistence
    private let ada = WorkerID()
    private let bob = WorkerID()

    init() async throws {
        scratch = try ScratchDirectory()
        persistence = try await SQLitePersistence.open(
            path: scratch.path("x.sqlite"), sealer: MirrorSealer(), now: { [clock] in clock.now })
    }

    @discardableResult
    private func renew(_ worker: WorkerID, capacity: Int = 100) async throws -> [CameraLease] {
        try await persistence.leases.renew(worker: worker, capacity: capacity, life: 30)
    }

    private func addCameras(_ count: Int) async throws -> [Camera] {
        let cameras = (0..<count).map {
            Camera(
                name: "\($0)", source: CameraSource(address: "rtsp://\($0).test"), createdAt: clock.now)
        }
        for camera in cameras { try await persistence.cameras.save(camera) }
        return cameras
    }

    private func status(_ state: CameraStatus.State) -> CameraStatus { CameraStatus(state: state, since: clock.now) }

    @Test("are shared evenly as grabbers come and go, never one camera twice")
    func share() async throws {
        _ = try await addCameras(10)
        #expect(try await renew(ada).count == 10)
        #expect(try await renew(bob).isEmpty, "nothing is free yet")
        #expect(try await renew(ada).count == 5, "half is given up")
        #expect(try await renew(bob).isEmpty, "what is given up is free only once its holder has heard of it")
        let first = Set(try await renew(ada).map(\.camera.id))
        let second = Set(try await renew(bob).map(\.camera.id))
        #expect(first.count == 5)
        #expect(second.count == 5)
        #expect(first.isDisjoint(with: second))
        try await persistence.leases.release(worker: bob)
        #expect(try await renew(ada).count == 10)
    }

    @Test("keep to the capacity of a grabber")
    func capacity() async throws {
        _ = try await addCameras(5)
        #expect(try await renew(ada, capacity: 1).count == 1)
        #expect(try await renew(bob).count == 4)
    }

    @Test("pass to another grabber with a greater token when they end, and the late holder is not heard")
    func fencing() async throws {
        let camera = try await addCameras(1)[0]
        let stale = try #require(try await renew(ada).first)
        clock.advance(by: 29)
        #expect(try await renew(bob).isEmpty)
        clock.advance(by: 1)
        let fresh = try #require(try await renew(bob).first)
        #expect(fresh.token > stale.token)
        let reports = [(fresh.token, CameraStatus.State.online), (stale.token, .offline)]
        for (token, state) in reports {
            try await persistence.leases.report([.init(cameraID: camera.id, token: token, status: status(state))])
        }
        #expect(try await persistence.cameras.statuses()[camera.id]?.state == .online)
        #expect(try await renew(ada).isEmpty)
        try await persistence.leases.release(worker: bob)
        #expect(try await renew(ada).first?.status?.state == .online, "the next holder goes on where the last stopped")
    }

    @Test("are dropped for cameras that are switched off or removed, and taken again when they return")
    func dropped() async throws {
        var cameras = try await addCameras(2)
        try await renew(ada)
        cameras[0].isEnabled = false
        try await persistence.cameras.save(cameras[0])
        #expect(try await renew(ada).map(\.camera) == [cameras[1]])
        #expect(try await persistence.cameras.statuses()[cameras[0].id]?.state == .disabled)
        cameras[0].isEnabled = true
        try await persistence.cameras.save(cameras[0])
        #expect(try await renew(ada).map(\.camera) == cameras)
        _ = try await persistence.cameras.remove(cameras[1].id)
        #expect(try await renew(ada).map(\.camera) == [cameras[0]])
    }

    @Test("say so when their holder is gone")
    func holderGone() async throws {
        let camera = try await addCameras(1)[0]
        let lease = try #require(try await renew(ada).first)
        try await persistence.leases.report([.init(cameraID: camera.id, token: lease.token, status: status(.online))])
        #expect(try await persistence.cameras.statuses()[camera.id]?.state == .online)
        clock.advance(by: 31)
        let gone = try #require(try await persistence.cameras.statuses()[camera.id])
        #expect(gone.state == .offline)
        #expect(gone.reason?.code == .starting)
    }
}
