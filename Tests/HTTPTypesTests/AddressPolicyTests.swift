import HTTPTypes
import Testing

@Suite("Address policy")
struct AddressPolicyTests {
    @Test(
        "knows an address in every notation",
        arguments: [
            ("127.0.0.1", "127.0.0.1"), ("2130706433", "127.0.0.1"), ("0x7f000001", "127.0.0.1"),
            ("0177.0.0.1", "127.0.0.1"), ("127.1", "127.0.0.1"), ("0x7f.1", "127.0.0.1"), ("10.1.258", "10.1.1.2"),
            ("::ffff:127.0.0.1", "127.0.0.1"), ("::ffff:7f00:1", "127.0.0.1"), ("::127.0.0.1", "127.0.0.1"),
            ("64:ff9b::a9fe:a9fe", "169.254.169.254"), ("2002:7f00:1::", "127.0.0.1"), ("[::1]", "::1"),
            ("fe80::1%eth0", "fe80::1"), ("2001:DB8:0:0::1", "2001:db8::1"), ("0", "0.0.0.0"),
        ])
    func notations(_ text: String, _ canonical: String) {
        #expect(IPAddress(text)?.description == canonical)
    }

    @Test(
        "takes nothing else for an address",
        arguments: [
            "", "localhost", "1.2.3.4.5", "256.1.1.1", "1.2.3.", ".1", "1..2", "-1", "+1", "0x", "08.1.1.1", ":::",
            "4294967296", "1.16777216", "::1::", "１.1.1.1", "127.0.0.1 ",
        ])
    func noAddress(_ text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test(
        "tells kinds apart",
        arguments: [
            ("127.255.255.255", AddressPolicy.Kind.loopback), ("::1", .loopback), ("128.0.0.1", .global),
            ("10.0.0.1", .privateNetwork), ("172.16.0.1", .privateNetwork), ("172.31.255.255", .privateNetwork),
            ("172.32.0.0", .global), ("192.168.1.1", .privateNetwork), ("100.64.0.1", .privateNetwork),
            ("fd00::1", .privateNetwork), ("169.254.169.254", .linkLocal), ("fe80::1", .linkLocal),
            ("febf::1", .linkLocal), ("fec0::1", .global), ("0.0.0.0", .unusable), ("::", .unusable),
            ("224.0.0.1", .unusable), ("255.255.255.255", .unusable), ("ff02::1", .unusable), ("8.8.8.8", .global),
            ("2001:4860:4860::8888", .global),
        ])
    func kinds(_ text: String, _ kind: AddressPolicy.Kind) throws {
        #expect(AddressPolicy.kind(of: try #require(IPAddress(text))) == kind)
    }

    @Test("reaches cameras and this machine by default, cloud metadata never")
    func defaults() {
        let policy = AddressPolicy()
        #expect(policy.permits("192.168.1.20") && policy.permits("127.0.0.1") && policy.permits("93.184.216.34"))
        #expect(!policy.permits("169.254.169.254") && !policy.permits("::ffff:169.254.169.254"))
        #expect(!policy.permits("0.0.0.0") && !policy.permits("not an address"))
    }

    @Test("follows its settings: denied before allowed before kinds")
    func settings() throws {
        let cameras = try #require(IPNetwork("10.20.0.0/16"))
        let control = try #require(IPNetwork("10.20.0.1"))
        let policy = AddressPolicy(allowsLoopback: false, allowsPrivate: false, denied: [control], allowed: [cameras])
        #expect(policy.permits("10.20.3.4"))
        #expect(!policy.permits("10.20.0.1"))
        #expect(!policy.permits("10.21.0.1"))
        #expect(!policy.permits("127.0.0.1") && !policy.permits("::1") && !policy.permits("2130706433"))
    }

    @Test("reads networks with any prefix", arguments: 0...32)
    func prefixes(_ prefix: Int) throws {
        let network = try #require(IPNetwork("170.170.170.170/\(prefix)"))
        let bits: UInt32 = 0xAAAA_AAAA
        let outside = prefix == 0 ? nil : bits ^ (1 << UInt32(32 - prefix))
        #expect(network.contains(try #require(IPAddress("170.170.170.170"))))
        if let outside { #expect(!network.contains(try #require(IPAddress(String(outside))))) }
        if prefix < 32 { #expect(network.contains(try #require(IPAddress(String(bits ^ 1))))) }
    }

    @Test(
        "refuses what is not a network",
        arguments: ["10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "x/8", "::/129", "1/2/3"])
    func noNetwork(_ text: String) {
        #expect(IPNetwork(text) == nil)
    }
}
