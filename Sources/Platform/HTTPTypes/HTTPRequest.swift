package import Foundation

/// A request as a server sees it: complete, within its limits, percent-decoded once.
package struct HTTPRequest: Sendable {
    package let method: HTTPMethod
    /// As sent, without the query: for logs and comparison, not for finding files.
    package let path: String
    /// The parts between the slashes, percent-decoded; none is empty, `.` or `..`, or contains `/` or NUL.
    package let segments: [String]
    package let query: [QueryItem]
    package let headers: HTTPHeaders
    package var body: Data
    /// The numeric address of the peer, without the port.
    package let remoteAddress: String
    /// Whether it came over TLS.
    package let isSecure: Bool
    /// What `{name}` stands for in the pattern of the route.
    package var parameters: [String: String] = [:]

    package struct QueryItem: Hashable, Sendable {
        package let name: String
        package let value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// - Parameters:
    ///   - path: as sent, still percent-encoded, without the query.
    ///   - query: as sent, still percent-encoded, without the `?`.
    /// - Throws: `HTTPSyntaxError` if either cannot be decoded or tries to climb out of its folder.
    package init(
        method: HTTPMethod, path: String, query: String = "", headers: HTTPHeaders = HTTPHeaders(),
        body: Data = Data(), remoteAddress: String = "", isSecure: Bool = false
    ) throws(HTTPSyntaxError) {
        self.method = method
        self.path = path
        segments = try Self.segments(of: path)
        self.query = try Self.items(of: query)
        self.headers = headers
        self.body = body
        self.remoteAddress = remoteAddress
        self.isSecure = isSecure
    }

    /// The first value of a query item, `""` if it has none.
    package func queryValue(_ name: String) -> String? { query.first { $0.name == name }?.value }

    private static func segments(of path: String) throws(HTTPSyntaxError) -> [String] {
        var segments: [String] = []
        for part in path.split(separator: "/") {
            guard let segment = PercentEncoding.decode(part) else {
                throw HTTPSyntaxError("the path is not percent-encoded UTF-8")
            }
            guard segment != ".", segment != "..", !segment.utf8.contains(where: { $0 == 0 || $0 == 0x2F }) else {
                throw HTTPSyntaxError("the path has a segment that is not a name")
            }
            segments.append(segment)
        }
        return segments
    }

    private static func items(of query: String) throws(HTTPSyntaxError) -> [QueryItem] {
        var items: [QueryItem] = []
        for part in query.split(separator: "&") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentEncoding.decode(pair[0], plusIsSpace: true),
                let value = PercentEncoding.decode(pair.count > 1 ? pair[1] : "", plusIsSpace: true)
            else { throw HTTPSyntaxError("the query is not percent-encoded UTF-8") }
            items.append(QueryItem(name: name, value: value))
        }
        return items
    }
}

/// A request that is not HTTP as we read it; answered with 400.
package struct HTTPSyntaxError: Error, Hashable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
