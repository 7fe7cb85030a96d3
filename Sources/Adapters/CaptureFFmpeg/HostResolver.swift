import Domain
import Glibc

/// Turns the host of a camera into a numeric address once, so that what was checked is what is connected to.
package struct HostResolver: Sendable {
    private let isAllowed: @Sendable (_ numericAddress: String) -> Bool

    /// - Parameter isAllowed: the address policy; asked for every address that a name resolves to.
    package init(isAllowed: @escaping @Sendable (_ numericAddress: String) -> Bool = { _ in true }) {
        self.isAllowed = isAllowed
    }

    /// The first allowed numeric address of the host. Blocks.
    /// - Throws: `CameraFailure`: `.hostUnknown`, or `.addressNotAllowed` if the policy refuses all of them.
    func resolve(_ host: String) throws(CameraFailure) -> String {
        let addresses = Self.numericAddresses(of: host)
        guard !addresses.isEmpty else {
            throw CameraFailure(.hostUnknown, "The host in the address is not known. Check its spelling and the DNS.")
        }
        guard let allowed = addresses.first(where: isAllowed) else {
            throw CameraFailure(
                .addressNotAllowed, "The camera's address is in a network that cameras may not be in here.")
        }
        return allowed
    }

    private static func numericAddresses(of host: String) -> [String] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_family = AF_UNSPEC
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
        defer { unsafe freeaddrinfo(list) }
        var addresses: [String] = []
        var next = unsafe list
        while let info = unsafe next {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let length = socklen_t(text.count)
            if unsafe getnameinfo(
                info.pointee.ai_addr, info.pointee.ai_addrlen, &text, length, nil, 0, NI_NUMERICHOST) == 0
            {
                addresses.append(String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
            }
            unsafe next = unsafe info.pointee.ai_next
        }
        return addresses
    }
}
