import Foundation
import HTTPTypes
import Persistence
import Testing

@testable import Web

@Suite("Who a request comes from")
struct ClientAddressTests {
    private func client(
        from peer: String, _ headers: HTTPHeaders = HTTPHeaders(), trusting proxies: Set<String> = []
    ) throws -> ClientAddress {
        let request = try HTTPRequest(method: .get, path: "/", headers: headers, remoteAddress: peer)
        return ClientAddress(of: request, trusting: proxies)
    }

    @Test("what a client says of itself counts only from a proxy that is trusted")
    func forwarded() throws {
        let headers: HTTPHeaders = ["X-Forwarded-For": "203.0.113.9, 198.51.100.7", "X-Forwarded-Proto": "https"]
        let direct = try client(from: "192.0.2.1", headers)
        #expect(direct.text == "192.0.2.1")
        #expect(!direct.isSecure)
        let proxied = try client(from: "192.0.2.1", headers, trusting: ["192.0.2.1"])
        #expect(proxied.text == "198.51.100.7")
        #expect(proxied.isSecure)
        let chain = try client(from: "192.0.2.1", headers, trusting: ["192.0.2.1", "198.51.100.7"])
        #expect(chain.text == "203.0.113.9")
    }

    @Test("an IPv6 client is known by its network, an IPv4 one in IPv6 clothes by its address")
    func networks() throws {
        #expect(try client(from: "2001:db8:1:2:3:4:5:6").text == "2001:db8:1:2::/64")
        #expect(try client(from: "2001:db8:1:2::9").text == "2001:db8:1:2::/64")
        #expect(try client(from: "::ffff:192.0.2.1").text == "192.0.2.1")
    }

    @Test("an invented address is no way around the limits, nor a way to fill memory")
    func invented() throws {
        let headers: HTTPHeaders = ["X-Forwarded-For": String(repeating: "x", count: 5000)]
        #expect(try client(from: "192.0.2.1", headers, trusting: ["192.0.2.1"]).text.count <= 64)
    }

    @Test("a fault of a lower layer says nothing of itself to the client")
    func faults() {
        let secret = "disk /srv/data/web.sqlite is full"
        #expect(Problem(PersistenceError(.unavailable, secret))?.status == .serviceUnavailable)
        #expect(Problem(PersistenceError(.unavailable, secret))?.detail.contains("/srv") == false)
        #expect(Problem(PersistenceError(.corrupt, secret)) == nil)
        #expect(Problem(CancellationError())?.retryAfter != nil)
    }
}
