package import Foundation

/// Turns bits around, which is enough to see whether what was sealed comes back and does not lie readable in a file. A test
/// target that links the adapter declares that it is a `SecretSealer`.
package struct MirrorSealer: Sendable {
    private let mask: UInt8

    package init(mask: UInt8 = 0xA5) { self.mask = mask }

    package func seal(_ plain: Data) throws -> Data { Data([mask] + plain.map { $0 ^ mask }) }

    package func open(_ sealed: Data) throws -> Data {
        guard sealed.first == mask else { throw CocoaError(.coderInvalidValue) }
        return Data(sealed.dropFirst().map { $0 ^ mask })
    }
}
