import Domain
import Foundation
import Persistence
import Testing

extension LeaseContract {
    /// Grabbers of random capacity come, go, die and lose the database, cameras come and go, and the clock jumps: no camera
    /// ever has two sessions, no grabber more than it can hold, and two lives after each event all is shared evenly.
    package func simulate(seed: UInt64, events: Int) async throws {
        var simulation = LeaseSimulation(contract: self, seed: seed)
        simulation.cameras = try await addCameras(17)
        for _ in 0..<3 { simulation.join() }
        for number in 0..<events {
            let event = try await simulation.happen()
            let isQuiet = try await simulation.run(seconds: Int(2 * Self.life))
            #expect(
                isQuiet, "event \(number) of seed \(seed), \(event): a camera had two sessions, or a grabber too many")
            #expect(simulation.isEven, "event \(number) of seed \(seed), \(event): \(simulation.description)")
        }
    }
}

/// A grabber as `GrabberService` is one: it renews at a third of a lease's life, and ends its sessions when it could not
/// for two thirds.
private struct SimulatedGrabber {
    let id: WorkerID
    let capacity: Int
    /// Seconds, by a clock that does not jump, at which it renews next.
    var nextRenewal: Double
    var renewedAt = -Double.infinity
    var sessions: Set<CameraID> = []
    /// Until when the database does not answer it.
    var cutOffUntil = -Double.infinity
}

private struct LeaseSimulation {
    let contract: LeaseContract
    var random: SeededGenerator
    var cameras: [Camera] = []
    var grabbers: [SimulatedGrabber] = []
    /// Seconds since the beginning, by a clock that does not jump.
    var time = 0.0

    init(contract: LeaseContract, seed: UInt64) {
        self.contract = contract
        random = SeededGenerator(seed: seed)
    }

    var description: String { grabbers.map { "\($0.sessions.count)/\($0.capacity)" }.joined(separator: " ") }

    mutating func join() {
        let capacity = Bool.random(using: &random) ? 100 : Int.random(in: 1...8, using: &random)
        grabbers.append(
            SimulatedGrabber(
                id: WorkerID(), capacity: capacity, nextRenewal: time + .random(in: 0..<10, using: &random)))
    }

    mutating func happen() async throws -> String {
        let index = Int.random(in: 0..<grabbers.count, using: &random)
        switch Int.random(in: 0..<7, using: &random) {
        case 0 where grabbers.count > 1:
            grabbers.remove(at: index)
            return "death"
        case 1 where grabbers.count > 1:
            try await contract.repositories.leases.release(worker: grabbers.remove(at: index).id)
            return "leave"
        case 2:
            grabbers[index].cutOffUntil = time + .random(in: 5..<25, using: &random)
            return "cut off"
        case 3:
            contract.clock.advance(by: 3600)
            return "an hour forward"
        case 4:
            contract.clock.advance(by: -3600)
            return "an hour back"
        case 5:
            try await changeCameras()
            return "cameras"
        default:
            if grabbers.count < 6 { join() }
            return "join"
        }
    }

    private mutating func changeCameras() async throws {
        let index = Int.random(in: 0..<cameras.count, using: &random)
        cameras[index].isEnabled.toggle()
        try await contract.repositories.cameras.save(cameras[index])
    }

    /// False if a camera had two sessions or a grabber more than its capacity.
    mutating func run(seconds: Int) async throws -> Bool {
        for _ in 0..<seconds {
            time += 1
            contract.clock.advance(by: 1)
            for index in grabbers.indices { try await step(index) }
            let sessions = grabbers.flatMap(\.sessions)
            guard Set(sessions).count == sessions.count, grabbers.allSatisfy({ $0.sessions.count <= $0.capacity })
            else {
                return false
            }
        }
        return true
    }

    private mutating func step(_ index: Int) async throws {
        let grabber = grabbers[index]
        if time - grabber.renewedAt > LeaseContract.life * 2 / 3 { grabbers[index].sessions = [] }
        guard time >= grabber.nextRenewal else { return }
        grabbers[index].nextRenewal += LeaseContract.life / 3
        guard time >= grabber.cutOffUntil else { return }
        let leases = try await contract.repositories.leases.renew(
            worker: grabber.id, capacity: grabber.capacity, life: LeaseContract.life)
        grabbers[index].renewedAt = time
        grabbers[index].sessions = Set(leases.map(\.camera.id))
    }

    /// Every camera that can be held is, and those that hold fewer than others are full.
    var isEven: Bool {
        let enabled = cameras.count(where: \.isEnabled)
        let room = grabbers.reduce(0) { $0 + $1.capacity }
        let most = grabbers.map(\.sessions.count).max() ?? 0
        return grabbers.reduce(0) { $0 + $1.sessions.count } == min(enabled, room)
            && grabbers.allSatisfy { $0.sessions.count >= most - 1 || $0.sessions.count == $0.capacity }
    }
}
