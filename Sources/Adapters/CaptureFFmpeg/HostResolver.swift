import Domain
import HTTPTypes

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
        let addresses = IPAddress.numericAddresses(of: host)
        guard !addresses.isEmpty else {
            throw CameraFailure(.hostUnknown, "The host in the address is not known. Check its spelling and the DNS.")
        }
        guard let allowed = addresses.first(where: isAllowed) else {
            throw CameraFailure(
                .addressNotAllowed, "The camera's address is in a network that cameras may not be in here.")
        }
        return allowed
    }
}
