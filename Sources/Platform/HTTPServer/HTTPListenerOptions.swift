/// Where a listener listens and what it allows its clients.
package struct HTTPListenerOptions: Sendable {
    /// A numeric IPv4 or IPv6 address of this machine; `0.0.0.0` and `::` are all of them.
    package var address: String
    /// 0 for any free port.
    package var port: Int
    /// In bytes, where a route says nothing else.
    package var maximumBody = 1 << 20
    /// Bytes of bodies held at one time by all requests together; more are answered with 503.
    package var maximumBodies = 256 << 20
    /// Pieces in which a body of unknown size may come (`Transfer-Encoding: chunked`).
    package var maximumChunks = 65_536
    /// Bytes of the head of a request, about.
    package var maximumHead = 32 << 10
    package var maximumConnections = 512
    /// 0 for no limit; a reverse proxy is one address.
    package var maximumConnectionsPerAddress = 0
    /// A connection on which nothing moves is closed after this.
    package var idleTimeout = Duration.seconds(30)
    /// The head of a request must be there after this, however slowly it drips; a body may take as long again and
    /// then `minimumRate`, and so may a client reading an answer.
    package var requestTimeout = Duration.seconds(30)
    /// Bytes a second below which a client counts as an attack or as gone.
    package var minimumRate = 8 << 10
    /// Silence after which an event stream gets a comment, so that a client that is gone is noticed.
    package var pingInterval = Duration.seconds(15)
    /// How long requests in hand may take after the listener was told to stop.
    package var gracePeriod = Duration.seconds(5)
    package var threads = 2
    package var tls: TLS?

    /// A certificate chain and its private key, as PEM text.
    package struct TLS: Sendable {
        let certificate: String
        let key: String

        package init(certificate: String, key: String) {
            self.certificate = certificate
            self.key = key
        }
    }

    package init(address: String = "127.0.0.1", port: Int = 0) {
        self.address = address
        self.port = port
    }
}

package struct HTTPServerError: Error, Hashable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
