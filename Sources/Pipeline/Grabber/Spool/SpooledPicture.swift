package import Domain
import ObjectStorage

/// One picture that waits. Everything its message says is in the name of its file, which sorts by time.
package struct SpooledPicture: Hashable, Sendable {
    package let message: SnapshotTaken
    package let file: ObjectKey

    /// Of all pictures, below the spool's own.
    static let folder = "pictures"

    /// `SNAPSHOT.CAMERA.WIDTH-HEIGHT-BYTES-SHOT-SHOTS[.BURST].jpg`
    package init(_ message: SnapshotTaken) {
        self.message = message
        let numbers = [message.width, message.height, message.bytes, message.shot, message.shots].map(String.init)
        let burst = message.burstID.map { ".\($0)" } ?? ""
        let name = "\(message.snapshotID).\(message.cameraID).\(numbers.joined(separator: "-"))\(burst).jpg"
        guard let key = ObjectKey("\(Self.folder)/\(name)") else {
            preconditionFailure("names of pictures are always well formed")
        }
        file = key
    }

    /// Nil for a file that no spool has written, or not whole.
    init?(_ object: ObjectInformation) {
        let name = object.key.description.split(separator: "/").last ?? ""
        let parts = name.split(separator: ".").map(String.init)
        guard (4...5).contains(parts.count), let snapshot = SnapshotID(parts[0]), let camera = CameraID(parts[1]) else {
            return nil
        }
        let numbers = parts[2].split(separator: "-").compactMap { Int($0) }
        guard numbers.count == 5, numbers[2] == object.bytes else { return nil }
        self.init(
            SnapshotTaken(
                snapshotID: snapshot, cameraID: camera, takenAt: snapshot.time,
                objectKey: .snapshot(snapshot, camera: camera), width: numbers[0], height: numbers[1],
                bytes: numbers[2], shot: numbers[3], shots: numbers[4],
                burstID: parts.count == 5 ? SnapshotID(parts[3]) : nil))
        guard file == object.key else { return nil }
    }

    package static func == (a: Self, b: Self) -> Bool { a.file == b.file }

    package func hash(into hasher: inout Hasher) { hasher.combine(file) }
}
