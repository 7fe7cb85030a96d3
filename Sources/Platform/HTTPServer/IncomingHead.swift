import CMicroHTTPD
import Foundation
import HTTPTypes

/// The head of a request, read from the daemon.
@unsafe struct IncomingHead {
    let connection: OpaquePointer
    let request: Result<HTTPRequest, HTTPSyntaxError>

    init(_ connection: OpaquePointer, url: String, method: String, isSecure: Bool) {
        unsafe self.connection = unsafe connection
        let query = unsafe Self.values(connection, .GET_ARGUMENT_KIND)
            .map { name, value in value.map { "\(name)=\($0)" } ?? name }.joined(separator: "&")
        var headers = HTTPHeaders()
        for (name, value) in unsafe Self.values(connection, .HEADER_KIND) { headers.add(name, value ?? "") }
        let peer = unsafe Self.peer(connection)
        unsafe request = Result { () throws(HTTPSyntaxError) in
            try HTTPRequest(
                method: HTTPMethod(rawValue: method), path: url, query: query, headers: headers, remoteAddress: peer,
                isSecure: isSecure)
        }
    }

    var expectsContinue: Bool {
        guard case .success(let request) = unsafe request else {
            return unsafe Self.values(connection, .HEADER_KIND).contains { $0.0.lowercased() == "expect" }
        }
        return request.headers["Expect"] != nil
    }

    private static func values(_ connection: OpaquePointer, _ kind: MHD_ValueKind) -> [(String, String?)] {
        var pairs: [(String, String?)] = []
        unsafe withUnsafeMutablePointer(to: &pairs) { pointer in
            _ = unsafe MHD_get_connection_values(
                connection, kind,
                { context, _, key, value in
                    guard let pairs = unsafe context?.assumingMemoryBound(to: [(String, String?)].self),
                        let key = unsafe key
                    else { return .NO }
                    unsafe pairs.pointee.append((String(cString: key), value.map { unsafe String(cString: $0) }))
                    return .YES
                }, pointer)
        }
        return pairs
    }

    /// Numeric, without the port; an IPv4 client of an IPv6 socket is written as IPv4.
    private static func peer(_ connection: OpaquePointer) -> String {
        guard let address = unsafe maskwatch_mhd_peer(connection) else { return "" }
        let isIPv6 = unsafe address.pointee.sa_family == sa_family_t(AF_INET6)
        let length = isIPv6 ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let status = unsafe getnameinfo(
            address, socklen_t(length), &host, socklen_t(host.count), nil, 0, NI_NUMERICHOST)
        guard status == 0 else { return "" }
        let text = String(decoding: host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return text.hasPrefix("::ffff:") && text.contains(".") ? String(text.dropFirst(7)) : text
    }
}
