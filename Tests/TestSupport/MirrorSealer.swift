package import Foundation
import Persistence

/// Turns bits around, which is enough to see whether what was sealed comes back and does not lie readable in a database.
package struct MirrorSealer: SecretSealer {
    private let mask: UInt8

    package init(mask: UInt8 = 0xA5) { self.mask = mask }

    package func seal(_ plain: Data) throws -> Data { Data([mask] + plain.map { $0 ^ mask }) }

    package func open(_ sealed: Data) throws -> Data {
        guard sealed.first == mask else { throw CocoaError(.coderInvalidValue) }
        return Data(sealed.dropFirst().map { $0 ^ mask })
    }
}
