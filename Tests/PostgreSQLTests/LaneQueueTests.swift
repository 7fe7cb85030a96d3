import Testing

@testable import PostgreSQL

@Suite("The queue of a connection pool")
struct LaneQueueTests {
    private struct Task: Identifiable, Equatable {
        let id: Int
    }

    private let now = ContinuousClock.now

    @Test("opens connections only when those that are open work, up to its size")
    func growth() {
        var queue = LaneQueue<Task>(size: 2)
        #expect(queue.place(Task(id: 1), at: now) == 0)
        #expect(queue.finished(0) == nil)
        #expect(queue.place(Task(id: 2), at: now) == 0)
        #expect(queue.place(Task(id: 3), at: now) == 1)
        #expect(queue.place(Task(id: 4), at: now) == nil)
        #expect((queue.openCount, queue.busyCount, queue.waitingCount) == (2, 2, 1))
    }

    @Test("does jobs in the order in which they came, and forgets those that have waited too long")
    func order() {
        var queue = LaneQueue<Task>(size: 1)
        for id in 1...4 { _ = queue.place(Task(id: id), at: now) }
        #expect(queue.withdraw(1) == nil, "it is being done")
        #expect(queue.withdraw(3) == Task(id: 3))
        #expect(queue.finished(0) == Task(id: 2))
        #expect(queue.finished(0) == Task(id: 4))
        #expect(queue.finished(0) == nil)
    }

    @Test("goes on with fewer connections when the server has no more, and tries again later")
    func surrender() {
        var queue = LaneQueue<Task>(size: 3)
        let later = now + .seconds(5)
        #expect(queue.place(Task(id: 1), at: now) == 0)
        #expect(queue.surrender(0, Task(id: 1), until: later) == .refused, "it is the only one")
        #expect(queue.place(Task(id: 2), at: now) == 1)
        #expect(queue.surrender(1, Task(id: 2), until: later) == .queued)
        #expect(queue.place(Task(id: 3), at: now) == nil, "none is opened meanwhile")
        #expect(queue.finished(0) == Task(id: 2), "what was refused goes first")
        #expect(queue.place(Task(id: 4), at: later) == 1)
        #expect(queue.finished(0) == Task(id: 3))
        #expect(queue.finished(0) == nil)
        #expect(queue.surrender(1, Task(id: 4), until: later) == .passed(to: 0))
    }
}
