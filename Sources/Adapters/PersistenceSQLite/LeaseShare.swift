/// How many cameras one grabber should hold.
enum LeaseShare {
    /// The smallest number that, taken by every grabber up to its capacity, covers all cameras; the largest capacity if
    /// there are too many cameras.
    static func even(cameras: Int, capacities: [Int]) -> Int {
        let largest = capacities.max() ?? 0
        var low = 0
        var high = largest
        while low < high {
            let middle = (low + high) / 2
            let covered = capacities.reduce(0) { $0 + min($1, middle) }
            if covered >= cameras { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
