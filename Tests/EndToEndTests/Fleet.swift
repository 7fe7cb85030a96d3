import Foundation
import TestSupport

/// Workers of every role as processes of their own, over a real broker, a real database and a shared folder of pictures.
actor Fleet {
    struct Worker {
        let name: String
        let role: String
        let process: ChildProcess
    }

    /// Everything that is not a page: what may be killed.
    static let roles = ["grabber", "grabber", "processor", "processor", "analyzer", "analyzer", "notifier"]

    let folder: URL
    /// `MASKWATCH_...` variables of every process.
    let settings: [String: String]
    private(set) var workers: [Worker] = []
    private var frozen: [Worker] = []
    private var started = 0

    init(in folder: URL, settings: [String: String]) {
        self.folder = folder
        self.settings = settings
    }

    func start(_ role: String) throws {
        started += 1
        let name = "\(role)-\(started)"
        // Workers of one machine share its folder: what waits in the spool of one that died goes on with the next.
        let data = folder.appending(path: "machine")
        let environment = MaskwatchServer.environment(home: data).merging(settings) { $1 }
        let process = try ChildProcess(
            Requirements.binary, [role, "--data", data.path], log: folder.appending(path: "\(name).log"),
            environment: environment)
        workers.append(Worker(name: name, role: role, process: process))
    }

    /// Ends any worker, by SIGKILL or by SIGTERM as a rolling restart does, and starts another of its role in its place.
    func replaceOne(using random: inout SeededGenerator) async throws -> String {
        let victim = workers.remove(at: Int.random(in: 0..<workers.count, using: &random))
        let signal = Bool.random(using: &random) ? SIGKILL : SIGTERM
        let last = try await end(victim, by: signal)
        try start(victim.role)
        return "\(victim.name) by signal \(last)"
    }

    /// As whoever supervises workers: one that does not stop in time is killed.
    /// - Returns: the signal that ended it.
    @discardableResult
    private func end(_ worker: Worker, by signal: Int32 = SIGTERM) async throws -> Int32 {
        do {
            try await worker.process.end(signal)
            return signal
        } catch is Timeout {
            print("end-to-end: \(worker.name) did not stop: \(worker.process.output.suffix(1000))")
            try await worker.process.end(SIGKILL)
            return SIGKILL
        }
    }

    /// Holds one worker of each role still, as if its machine hung; another of its role takes its place.
    func freeze(_ roles: [String]) throws {
        for role in roles {
            guard let position = workers.firstIndex(where: { $0.role == role }) else { continue }
            frozen.append(workers.remove(at: position))
            kill(frozen[frozen.count - 1].process.identifier, SIGSTOP)
            try start(role)
        }
    }

    /// Lets them go on where they were.
    func thaw() {
        for worker in frozen { kill(worker.process.identifier, SIGCONT) }
        workers += frozen
        frozen = []
    }

    func stopAll() async throws {
        for worker in workers { try await end(worker) }
        workers = []
    }

    /// The end of the log of workers that ended by themselves.
    var failures: [String] {
        workers.filter { !$0.process.isRunning }.map { "\($0.name): \($0.process.output.suffix(500))" }
    }
}
