package import Domain

/// How many cameras each grabber should hold.
package enum LeaseShare {
    package struct Grabber: Hashable, Sendable {
        package let id: WorkerID
        package let capacity: Int
        /// Cameras it holds and keeps.
        package let held: Int

        package init(id: WorkerID, capacity: Int, held: Int) {
            self.id = id
            self.capacity = max(0, capacity)
            self.held = held
        }
    }

    /// Shares of grabbers that are not full differ by one at most. Who holds more gets the greater ones, so that no camera
    /// changes hands without need.
    package static func shares(cameras: Int, grabbers: [Grabber]) -> [WorkerID: Int] {
        let level = level(cameras: cameras, capacities: grabbers.map(\.capacity))
        var shares = Dictionary(uniqueKeysWithValues: grabbers.map { ($0.id, min($0.capacity, level)) })
        var left = cameras - shares.values.reduce(0, +)
        let byNeed = grabbers.filter { $0.capacity > level }.sorted { ($1.held, $0.id) < ($0.held, $1.id) }
        for grabber in byNeed.prefix(max(0, left)) {
            shares[grabber.id] = level + 1
            left -= 1
        }
        return shares
    }

    /// The greatest number that, taken by every grabber up to its capacity, does not ask for more cameras than there are.
    private static func level(cameras: Int, capacities: [Int]) -> Int {
        var low = 0
        var high = capacities.max() ?? 0
        while low < high {
            let middle = (low + high + 1) / 2
            let taken = capacities.reduce(0) { $0 + min($1, middle) }
            if taken <= cameras { low = middle } else { high = middle - 1 }
        }
        return low
    }
}
