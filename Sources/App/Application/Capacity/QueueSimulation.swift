/// Plays the queue of pictures through: cameras with random phases put bursts into it, model workers with a constant rate
/// take them out. The result says how deep the queue becomes in normal operation and how long a picture waits.
struct QueueSimulation {
    struct Result: Hashable, Sendable {
        /// Pictures that waited or were looked at when a picture arrived: median, 95 and 99 of 100, most.
        let depth: Percentiles
        /// Seconds from a picture to its result.
        let latency: Percentiles
    }

    struct Percentiles: Hashable, Sendable {
        let p50: Double
        let p95: Double
        let p99: Double
        let maximum: Double

        init(_ values: [Double]) {
            let sorted = values.sorted()
            func at(_ share: Double) -> Double {
                sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
            }
            p50 = at(0.5)
            p95 = at(0.95)
            p99 = at(0.99)
            maximum = sorted.last ?? 0
        }
    }

    /// Seconds between the shots of a burst.
    static let spacing = 0.5
    /// Pictures that are enough for steady percentiles, however many cameras there are.
    private static let enough = 500_000

    private let demand: CapacityDemand
    private let models: Int

    init(_ demand: CapacityDemand, models: Int) {
        self.demand = demand
        self.models = models
    }

    /// First come, first served, by `models` workers that each need `1 / modelRate` seconds a picture. The first interval
    /// fills the queue and is not counted.
    func run(using random: inout some RandomNumberGenerator) -> Result {
        let arrivals = arrivals(using: &random)
        let service = 1 / demand.modelRate
        // With one constant time of service the workers become free in the order in which they were taken.
        var freeAt = Array(repeating: 0.0, count: models)
        var ends: [Double] = []
        ends.reserveCapacity(arrivals.count)
        var depths: [Double] = []
        var latencies: [Double] = []
        var done = 0
        for (index, time) in arrivals.enumerated() {
            let end = max(time, freeAt[index % models]) + service
            freeAt[index % models] = end
            ends.append(end)
            while done < index, ends[done] <= time { done += 1 }
            guard time >= demand.every else { continue }
            depths.append(Double(index - done))
            latencies.append(end - time)
        }
        return Result(depth: Percentiles(depths), latency: Percentiles(latencies))
    }

    private func arrivals(using random: inout some RandomNumberGenerator) -> [Double] {
        let perRound = demand.cameras * demand.shots
        let rounds = max(3, min(200, Self.enough / max(1, perRound)))
        let phases = (0..<demand.cameras).map { _ in Double.random(in: 0..<demand.every, using: &random) }
        var times: [Double] = []
        times.reserveCapacity(perRound * rounds)
        for round in 0..<rounds {
            for phase in phases {
                for shot in 0..<demand.shots {
                    times.append(Double(round) * demand.every + phase + Double(shot) * Self.spacing)
                }
            }
        }
        return times.sorted()
    }
}
