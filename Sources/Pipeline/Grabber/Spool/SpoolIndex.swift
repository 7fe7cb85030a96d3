package import Domain

/// What waits in a spool, the oldest first, and what must go so that something new has room.
package struct SpoolIndex: Sendable {
    /// Most bytes of pictures.
    private let limit: Int
    private var waiting: ArraySlice<SpooledPicture>
    private var cameras: [CameraID: Int] = [:]
    package private(set) var bytes = 0
    /// Of pictures that are being written: their room is taken already.
    private var reserved = 0
    /// Pictures that are being delivered: too late to drop them.
    private var claimed: Set<SpooledPicture> = []

    package init(limit: Int, waiting: [SpooledPicture] = []) {
        self.limit = limit
        self.waiting = waiting.sorted { $0.message.snapshotID < $1.message.snapshotID }[...]
        for picture in waiting { count(picture, 1) }
    }

    package var count: Int { waiting.count }

    package func oldest(_ count: Int) -> [SpooledPicture] { Array(waiting.prefix(count)) }

    /// Whether pictures of the camera wait: those that follow must wait behind them.
    package func holds(_ camera: CameraID) -> Bool { cameras[camera] != nil }

    /// Takes room for a picture that is about to be written; `insert` or `release` follows.
    /// - Returns: the oldest pictures, as many as must go for it; nil if there is no room for it however many go.
    package mutating func reserve(_ newBytes: Int) -> [SpooledPicture]? {
        var excess = bytes + reserved + newBytes - limit
        var dropped: [SpooledPicture] = []
        for picture in waiting where !claimed.contains(picture) {
            guard excess > 0 else { break }
            excess -= picture.message.bytes
            dropped.append(picture)
        }
        guard excess <= 0 else { return nil }
        reserved += newBytes
        return dropped
    }

    /// The first to go when the disk has no room.
    package var oldestToDrop: SpooledPicture? { waiting.first { !claimed.contains($0) } }

    /// The oldest pictures, for delivery; they stay until they are removed.
    package mutating func claim(_ count: Int) -> [SpooledPicture] {
        claimed = Set(waiting.prefix(count))
        return oldest(count)
    }

    /// What was claimed could not be delivered.
    package mutating func unclaim() { claimed = [] }

    package mutating func release(_ bytes: Int) { reserved -= bytes }

    /// A picture that was written in the room reserved for it.
    package mutating func insert(_ picture: SpooledPicture) {
        let after = waiting.lastIndex { $0.message.snapshotID < picture.message.snapshotID }
        waiting.insert(picture, at: after.map { $0 + 1 } ?? waiting.startIndex)
        release(picture.message.bytes)
        count(picture, 1)
    }

    /// - Returns: whether it was there.
    package mutating func remove(_ picture: SpooledPicture) -> Bool {
        // Nearly always the first, which costs nothing to take off.
        if waiting.first == picture {
            _ = waiting.popFirst()
        } else {
            guard let index = waiting.firstIndex(of: picture) else { return false }
            waiting.remove(at: index)
        }
        claimed.remove(picture)
        count(picture, -1)
        return true
    }

    private mutating func count(_ picture: SpooledPicture, _ sign: Int) {
        bytes += sign * picture.message.bytes
        let left = cameras[picture.message.cameraID, default: 0] + sign
        cameras[picture.message.cameraID] = left > 0 ? left : nil
    }
}
