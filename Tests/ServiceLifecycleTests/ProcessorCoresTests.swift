import ServiceLifecycle
import Testing

@Suite struct ProcessorCoresTests {
    @Test(arguments: [
        ("Cpus_allowed:\t3\nCpus_allowed_list:\t0-1\n", 2), ("Name:\tx\nCpus_allowed:\t2\n", 1),
        ("Cpus_allowed:\tffffffff,0000ff00\n", 40), ("Cpus_allowed:\t0\n", nil), ("Name:\tx\n", nil),
    ])
    func `the cores that a process may run on are counted`(status: String, cores: Int?) {
        #expect(ProcessorCores.allowed(by: status) == cores)
    }
}
