import Testing

@testable import Application

@Suite("Capacity planning")
struct CapacityTests {
    private func plan(_ change: (inout CapacityDemand) -> Void) -> CapacityPlan {
        var demand = CapacityDemand()
        change(&demand)
        return CapacityPlan(demand)
    }

    /// The article's sum: 26 pictures a second carry 130 cameras with two shots every ten seconds.
    @Test("needs one model worker for 130 cameras with two shots every ten seconds, when nothing is kept in reserve")
    func article() {
        let plan = plan {
            $0.cameras = 130
            $0.every = 10
            $0.shots = 2
            $0.utilisation = 1
        }
        #expect(plan.demand.picturesPerSecond == 26)
        #expect(plan.models == 1)
        #expect(plan.catchUp == nil)
    }

    /// What was measured: 12 cameras in 0.2 of a core with a picture every 5 s, 60 with a picture every minute.
    @Test("holds 12 cameras in one grabber, and 60 where pictures are rare", arguments: [(12, 5.0), (60, 60)])
    func oneGrabber(cameras: Int, every: Double) {
        let plan = plan {
            $0.cameras = cameras
            $0.every = every
        }
        #expect(plan.grabbers == 1)
    }

    @Test("has never fewer workers for more cameras, and always enough for the pictures")
    func monotonous() {
        var before = plan { $0.cameras = 1 }
        for cameras in stride(from: 10, through: 100_000, by: 997) {
            let now = plan { $0.cameras = cameras }
            #expect(now.grabbers >= before.grabbers && now.models >= before.models)
            #expect(Double(now.models) * now.demand.modelRate > now.demand.picturesPerSecond)
            #expect(now.grabbers * CapacityPlan.camerasPerGrabber >= cameras)
            before = now
        }
    }

    /// Exact for one worker and one picture at a time: an empty system answers after one service time.
    @Test("plays a queue through that is empty when there is room, and says what a picture then takes")
    func emptyQueue() {
        var demand = CapacityDemand()
        demand.cameras = 1
        demand.every = 1
        demand.modelRate = 10
        var random = SystemRandomNumberGenerator()
        let result = QueueSimulation(demand, models: 1).run(using: &random)
        #expect(result.depth.maximum == 0)
        #expect(abs(result.latency.p99 - 0.1) < 1e-9)
    }

    /// Shots that come together wait for each other: the last of three waits for two.
    @Test("lets the pictures of a burst wait for each other")
    func burst() {
        var demand = CapacityDemand()
        demand.cameras = 1
        demand.every = 10
        demand.shots = 3
        demand.modelRate = 1
        var random = SystemRandomNumberGenerator()
        let result = QueueSimulation(demand, models: 1).run(using: &random)
        // Shots at 0, 0.5 and 1 s, one second each: the third waits until 2 s and is done at 3 s.
        #expect(abs(result.latency.maximum - 2) < 1e-9)
        #expect(result.depth.maximum == 1 || result.depth.maximum == 2)
    }

    @Test("has a deeper queue the nearer the workers are to their limit")
    func load() {
        var demand = CapacityDemand()
        demand.cameras = 1000
        var random = SystemRandomNumberGenerator()
        let tight = QueueSimulation(demand, models: 8).run(using: &random)
        let loose = QueueSimulation(demand, models: 16).run(using: &random)
        #expect(tight.depth.p99 > loose.depth.p99)
        #expect(tight.latency.p95 >= loose.latency.p95)
    }
}
