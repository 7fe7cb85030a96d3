import ServiceLifecycle
import Testing

@Suite("Retry policy")
struct RetryPolicyTests {
    @Test("doubles up to its maximum and stays in the upper half", arguments: 1...40)
    func bounds(_ attempt: Int) {
        let policy = RetryPolicy(initial: .seconds(1), maximum: .seconds(60))
        let low = policy.delay(attempt: attempt, random: 0)
        let high = policy.delay(attempt: attempt, random: 0.999)
        #expect(low >= .milliseconds(500) && high <= .seconds(60))
        #expect(low * 2 >= high)
    }
}
