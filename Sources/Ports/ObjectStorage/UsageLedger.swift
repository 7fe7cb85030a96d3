import Synchronization

/// How many bytes are stored. Bytes are reserved before they are written, so that writers side by side cannot pass the
/// quota together.
final class UsageLedger: Sendable {
    private let bytes: Mutex<Int>

    init(used: Int) { bytes = Mutex(used) }

    var used: Int { bytes.withLock { $0 } }

    func reserve(_ count: Int, quota: Int) -> Bool {
        bytes.withLock { used in
            guard count <= quota - used else { return false }
            used += count
            return true
        }
    }

    func release(_ count: Int) { bytes.withLock { $0 -= count } }
}
