import Glibc

extension IPAddress {
    /// What a host name stands for, as numeric addresses in the order in which to try them; empty if it is not known.
    /// Blocks.
    package static func numericAddresses(of host: String) -> [String] {
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
