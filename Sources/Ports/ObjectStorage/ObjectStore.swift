package import Domain
package import Foundation

/// Keeps pictures by key. Objects are written once and never changed.
package protocol ObjectStore: Sendable {
    /// Stores the bytes durably, or not at all.
    /// - Throws: `ObjectStoreError`.
    func put(_ data: Data, at key: ObjectKey) async throws

    /// - Throws: `ObjectStoreError` with `.notFound`, or `.tooLarge` if the object has more than `limit` bytes.
    func get(_ key: ObjectKey, limit: Int) async throws -> Data

    /// Nil if there is no such object.
    func head(_ key: ObjectKey) async throws -> ObjectInformation?

    /// Deletes what exists of these; unknown keys are no error.
    func delete(_ keys: [ObjectKey]) async throws

    /// Keys that start with `prefix` (whole path segments), ascending, those after `after` only, at most `limit`.
    func list(prefix: String, after: ObjectKey?, limit: Int) async throws -> [ObjectInformation]

    /// Bytes used and bytes that may still be used, for `/metrics` and the system page.
    func usage() async throws -> StorageUsage

    /// Has the store itself delete pictures of that age, in case nobody else does. Sets it again only if it is different.
    /// - Parameter days: at least 1.
    /// - Throws: `ObjectStoreError`.
    func setBackstop(days: Int) async throws -> StorageBackstop
}

extension ObjectStore {
    package func setBackstop(days: Int) async throws -> StorageBackstop { .unsupported }
}

/// Whether a store deletes old pictures by itself.
package enum StorageBackstop: Sendable {
    case set, unchanged
    /// The store has rules of somebody else, which ours would replace.
    case leftToOwner
    /// We may not set rules there.
    case notAllowed
    /// The store has no such rules.
    case unsupported
}

package struct ObjectInformation: Hashable, Sendable {
    package let key: ObjectKey
    package let bytes: Int
    package let modifiedAt: Date

    package init(key: ObjectKey, bytes: Int, modifiedAt: Date) {
        self.key = key
        self.bytes = bytes
        self.modifiedAt = modifiedAt
    }
}

package struct StorageUsage: Hashable, Sendable {
    package let usedBytes: Int
    package let freeBytes: Int

    package init(usedBytes: Int, freeBytes: Int) {
        self.usedBytes = usedBytes
        self.freeBytes = freeBytes
    }
}

package struct ObjectStoreError: Error, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable {
        case notFound, tooLarge, full, alreadyExists, unavailable, denied
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// Whether the same call may succeed later.
    package var isRetriable: Bool { code == .unavailable || code == .full }

    package var description: String { message }
}
