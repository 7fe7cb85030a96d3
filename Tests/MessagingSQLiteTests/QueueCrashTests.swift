import Foundation
import Messaging
import MessagingSQLite
import TestSupport
import Testing

@Suite("A work queue whose process is killed")
struct QueueCrashTests {
    private let scratch: ScratchDirectory

    init() throws { scratch = try ScratchDirectory() }

    @Test("loses nothing that was acknowledged and counts exactly, however often")
    func kill() async throws {
        for round in 0..<6 {
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [folder = scratch.url.path as String, round = round as Int] in
                dieSuddenly(after: .milliseconds(Int.random(in: 50...300)))
                try await QueueChild(folder: folder, round: round).workUntilKilled()
            }
        }
        let queue = try await QueueDatabase.open(path: scratch.path("queue.sqlite")).queue("snapshots")
        var left: Set<String> = []
        while let delivery = try await queue.receive(atMost: 1, wait: .zero).first {
            left.insert(delivery.id)
            try await queue.acknowledge(delivery)
        }
        let published = Witness.lines(at: scratch.path("published"))
        let begun = Witness.lines(at: scratch.path("begun"))
        let done = Witness.lines(at: scratch.path("done"))
        #expect(!published.isEmpty)
        #expect(!done.isEmpty)
        #expect(published.subtracting(left).subtracting(begun).isEmpty, "a published message is delivered")
        #expect(done.isDisjoint(with: left), "an acknowledged message never comes again")
        let totals = try #require(try await queue.totals())
        let depth = try await queue.depth()
        #expect(depth == QueueDepth(ready: 0, inFlight: 0, dead: depth.dead, oldest: nil))
        #expect(totals.published == totals.acknowledged + totals.failed)
        #expect(totals.published >= published.count)
    }
}

/// What runs in the process that is killed: publishers and receivers side by side, each step witnessed.
private struct QueueChild {
    let folder: String
    let round: Int

    func workUntilKilled() async throws {
        let queue = try await QueueDatabase.open(path: folder + "/queue.sqlite").queue("snapshots")
        let published = try Witness(path: folder + "/published")
        let (begun, done) = (try Witness(path: folder + "/begun"), try Witness(path: folder + "/done"))
        await withThrowingTaskGroup { group in
            for publisher in 0..<3 {
                group.addTask {
                    for number in 0... {
                        let id = "\(round)-\(publisher)-\(number)"
                        try await queue.publish(QueueMessage(id: id, body: Data(repeating: 7, count: 300)))
                        published.write(id)
                    }
                }
            }
            for _ in 0..<2 {
                group.addTask {
                    while true {
                        for delivery in try await queue.receive(atMost: 4, wait: .seconds(1)) {
                            begun.write(delivery.id)
                            try await queue.acknowledge(delivery)
                            done.write(delivery.id)
                        }
                    }
                }
            }
        }
    }
}
