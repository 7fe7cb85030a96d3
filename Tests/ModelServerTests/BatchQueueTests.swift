import ModelServer
import Testing
import TestSupport

@Suite("Batches")
struct BatchQueueTests {
    private typealias Queue = BatchQueue<String>

    private func queue(
        _ entries: [(rows: Int, shape: String, at: Double)], maximum: Int = 4, preferred: [Int] = [], delay: Double = 1
    ) -> Queue {
        let limits = BatchLimits(maximumBatchSize: maximum, preferredSizes: preferred, maximumDelay: delay)
        var queue = Queue(limits: limits)
        for (id, entry) in entries.enumerated() {
            _ = queue.add(.init(id: id, rows: entry.rows, shape: entry.shape, arrivedAt: entry.at, deadline: nil))
        }
        return queue
    }

    private func next(_ queue: inout Queue, _ now: Double) -> Queue.Decision { queue.next(at: now) }

    @Test("start when they are full, in the order of arrival")
    func full() {
        var queue = queue([(1, "a", 0), (2, "a", 0), (1, "a", 0), (1, "a", 0)])
        #expect(next(&queue, 0) == .run([0, 1, 2]))
        #expect(next(&queue, 0) == .wait(until: 1))
    }

    @Test("start when the oldest request has waited long enough")
    func delay() {
        var queue = queue([(1, "a", 0), (1, "a", 0.5)])
        #expect(next(&queue, 0.9) == .wait(until: 1))
        #expect(next(&queue, 1) == .run([0, 1]))
        #expect(next(&queue, 1) == .idle)
    }

    @Test("hold only requests of one shape")
    func shapes() {
        var queue = queue([(1, "a", 0), (1, "b", 0), (1, "a", 0)])
        #expect(next(&queue, 5) == .run([0, 2]))
        #expect(next(&queue, 5) == .run([1]))
    }

    @Test("start at a preferred size without waiting")
    func preferred() {
        var queue = queue([(1, "a", 0), (1, "a", 0)], preferred: [2])
        #expect(next(&queue, 0) == .run([0, 1]))
    }

    @Test("let a request larger than the maximum run alone")
    func large() {
        var queue = queue([(9, "a", 0), (1, "a", 0)])
        #expect(next(&queue, 0) == .run([0]))
    }

    @Test("forget requests whose callers have gone")
    func deadlines() {
        var queue = Queue(limits: BatchLimits(maximumDelay: 10))
        _ = queue.add(.init(id: 1, rows: 1, shape: "a", arrivedAt: 0, deadline: 2))
        _ = queue.add(.init(id: 2, rows: 1, shape: "a", arrivedAt: 0, deadline: nil))
        #expect(next(&queue, 0) == .wait(until: 2))
        let expired = queue.removeExpired(at: 2)
        #expect(expired == [1])
        #expect(next(&queue, 10) == .run([2]))
    }

    @Test("are refused when the queue is full")
    func bounded() {
        var queue = Queue(limits: BatchLimits(maximumQueueLength: 1))
        let taken = (1...2).map { queue.add(.init(id: $0, rows: 1, shape: "a", arrivedAt: 0, deadline: nil)) }
        #expect(taken == [true, false])
    }

    @Test("run every request once and never overtake within a shape", arguments: 0..<100)
    func property(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var queue = Queue(limits: BatchLimits(maximumBatchSize: 6, maximumDelay: 3, maximumQueueLength: 1000))
        var shapes: [Int: (shape: String, rows: Int)] = [:]
        var done: [Int] = []
        for step in 0..<300 {
            let entry = (
                shape: ["a", "b", "c"].randomElement(using: &random)!, rows: Int.random(in: 1...8, using: &random)
            )
            shapes[step] = entry
            _ = queue.add(.init(id: step, rows: entry.rows, shape: entry.shape, arrivedAt: Double(step), deadline: nil))
            while case .run(let ids) = queue.next(at: Double(step)) {
                let rows = ids.compactMap { shapes[$0]?.rows }.reduce(0, +)
                #expect(ids.count == 1 || rows <= 6)
                #expect(Set(ids.compactMap { shapes[$0]?.shape }).count == 1)
                done += ids
            }
        }
        while case .run(let ids) = queue.next(at: 10_000) { done += ids }
        #expect(done.sorted() == Array(0..<300))
        for shape in ["a", "b", "c"] {
            let order = done.filter { shapes[$0]?.shape == shape }
            #expect(order == order.sorted())
        }
    }
}
