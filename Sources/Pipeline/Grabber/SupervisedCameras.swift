import Domain
import Persistence

/// The cameras that are being supervised: starts and stops supervisors so that they match the leases.
struct SupervisedCameras {
    private struct Running {
        let lease: CameraLease
        let stop: Gate
        let ended: Gate
    }

    private let stage: GrabberStage
    private var running: [CameraID: Running] = [:]
    /// Those that were told to stop, until the next one of the same camera begins: a camera never gets a second session.
    private var ending: [CameraID: Gate] = [:]

    init(stage: GrabberStage) { self.stage = stage }

    /// Stops what is no longer held or was edited, then starts what is new.
    mutating func follow(_ leases: [CameraLease], in group: inout DiscardingTaskGroup) {
        let wanted = Dictionary(leases.map { ($0.camera.id, $0) }, uniquingKeysWith: { first, _ in first })
        for (id, current) in running where wanted[id].map({ isSame($0, current.lease) }) != true {
            current.stop.open()
            ending[id] = current.ended
            running[id] = nil
        }
        for (id, lease) in wanted where running[id] == nil {
            start(lease, after: ending.removeValue(forKey: id), in: &group)
        }
    }

    private func isSame(_ a: CameraLease, _ b: CameraLease) -> Bool { a.camera == b.camera && a.token == b.token }

    private mutating func start(_ lease: CameraLease, after previous: Gate?, in group: inout DiscardingTaskGroup) {
        let stop = Gate()
        let ended = Gate()
        let stage = stage
        running[lease.camera.id] = Running(lease: lease, stop: stop, ended: ended)
        group.addTask {
            await previous?.wait()
            await withTaskGroup(of: Void.self) { tasks in
                tasks.addTask {
                    var supervisor = CameraSupervisor(lease: lease, stage: stage)
                    await supervisor.run()
                }
                tasks.addTask { await stop.wait() }
                await tasks.next()
                tasks.cancelAll()
            }
            ended.open()
        }
    }
}

/// Closed at first; once opened it stays open. One task may wait for it.
struct Gate: Sendable {
    private let stream: AsyncStream<Never>
    private let continuation: AsyncStream<Never>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream() }

    func open() { continuation.finish() }

    /// Returns when the gate opens or the task is cancelled.
    func wait() async {
        for await _ in stream {}
    }
}
