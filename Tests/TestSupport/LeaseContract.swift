import Domain
import Foundation
package import Persistence
import Testing

/// What the leases of every database do. Each test needs a fresh, empty database that keeps `clock`.
package struct LeaseContract {
    let repositories: any Repositories
    let clock: TestClock
    private let ada = WorkerID(at: Date(timeIntervalSince1970: 1))
    private let bob = WorkerID(at: Date(timeIntervalSince1970: 2))

    package static let life = 30.0

    package init(_ repositories: any Repositories, clock: TestClock) {
        self.repositories = repositories
        self.clock = clock
    }

    @discardableResult
    private func renew(_ worker: WorkerID, capacity: Int = 100) async throws -> [CameraLease] {
        try await repositories.leases.renew(worker: worker, capacity: capacity, life: Self.life)
    }

    func addCameras(_ count: Int) async throws -> [Camera] {
        let cameras = (0..<count).map {
            Camera(name: "\($0)", source: CameraSource(address: "rtsp://\($0).test"), createdAt: clock.now)
        }
        for camera in cameras { try await repositories.cameras.save(camera) }
        return cameras
    }

    private func status(_ state: CameraStatus.State) -> CameraStatus { CameraStatus(state: state, since: clock.now) }

    /// Shared evenly as grabbers come and go, never one camera twice.
    package func share() async throws {
        _ = try await addCameras(11)
        #expect(try await renew(ada).count == 11)
        #expect(try await renew(bob).isEmpty, "nothing is free yet")
        #expect(try await renew(ada).count == 6, "half is given up")
        #expect(try await renew(bob).isEmpty, "what is given up is free only once its holder has heard of it")
        let first = Set(try await renew(ada).map(\.camera.id))
        let second = Set(try await renew(bob).map(\.camera.id))
        #expect((first.count, second.count) == (6, 5))
        #expect(first.isDisjoint(with: second))
        try await repositories.leases.release(worker: bob)
        #expect(try await renew(ada).count == 11)
    }

    package func keepToCapacity() async throws {
        _ = try await addCameras(5)
        #expect(try await renew(ada, capacity: 1).count == 1)
        #expect(try await renew(bob).count == 4)
    }

    /// They pass to another grabber with a greater token when they end, and the late holder is not heard.
    package func fence() async throws {
        let camera = try await addCameras(1)[0]
        let stale = try #require(try await renew(ada).first)
        for _ in 0..<2 {
            clock.advance(by: 10)
            #expect(try await renew(bob).isEmpty)
        }
        clock.advance(by: 10)
        let fresh = try #require(try await renew(bob).first)
        #expect(fresh.token > stale.token)
        for (token, state) in [(fresh.token, CameraStatus.State.online), (stale.token, .offline)] {
            try await repositories.leases.report([.init(cameraID: camera.id, token: token, status: status(state))])
        }
        #expect(try await repositories.cameras.statuses()[camera.id]?.state == .online)
        #expect(try await renew(ada).isEmpty)
        try await repositories.leases.release(worker: bob)
        #expect(try await renew(ada).first?.status?.state == .online, "the next holder goes on where the last stopped")
    }

    /// Dropped for cameras that are switched off or removed, and taken again when they return.
    package func follow() async throws {
        var cameras = try await addCameras(2)
        try await renew(ada)
        cameras[0].isEnabled = false
        try await repositories.cameras.save(cameras[0])
        #expect(try await renew(ada).map(\.camera) == [cameras[1]])
        #expect(try await repositories.cameras.statuses()[cameras[0].id]?.state == .disabled)
        cameras[0].isEnabled = true
        try await repositories.cameras.save(cameras[0])
        #expect(try await renew(ada).map(\.camera) == cameras)
        _ = try await repositories.cameras.remove(cameras[1].id)
        #expect(try await renew(ada).map(\.camera) == [cameras[0]])
    }

    /// A camera says so when its holder is gone.
    package func sayWhenHolderIsGone() async throws {
        let camera = try await addCameras(1)[0]
        let lease = try #require(try await renew(ada).first)
        let report = CameraReport(cameraID: camera.id, token: lease.token, status: status(.online))
        try await repositories.leases.report([report])
        #expect(try await repositories.cameras.statuses()[camera.id]?.state == .online)
        clock.advance(by: 31)
        let gone = try #require(try await repositories.cameras.statuses()[camera.id])
        #expect(gone.state == .offline)
        #expect(gone.reason?.code == .starting)
    }
}
