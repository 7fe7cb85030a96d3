import Foundation

/// The name of an object in the object store: relative path segments of `a-z A-Z 0-9 . _ -`, no `.` or `..` segment.
package struct ObjectKey: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package static let maximumLength = 512

    package init?(_ text: String) {
        guard (1...Self.maximumLength).contains(text.utf8.count) else { return nil }
        for segment in text.split(separator: "/", omittingEmptySubsequences: false) {
            guard !segment.isEmpty, segment != ".", segment != "..", segment.utf8.allSatisfy(Self.isAllowed) else {
                return nil
            }
        }
        description = text
    }

    /// `snapshots/<camera_id>/<yyyy>/<mm>/<dd>/<hh>/<snapshot_id>.jpg` in UTC.
    package static func snapshot(_ id: SnapshotID, camera: CameraID) -> ObjectKey {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let parts = calendar.dateComponents([.year, .month, .day, .hour], from: id.time)
        let numbers = [parts.year, parts.month, parts.day, parts.hour].map { String($0 ?? 0) }
        let padded = numbers.map { String(repeating: "0", count: max(0, 2 - $0.count)) + $0 }
        let path = "\(snapshotFolder)/\(camera)/\(padded.joined(separator: "/"))/\(id).jpg"
        guard let key = ObjectKey(path) else { preconditionFailure("snapshot keys are always well formed") }
        return key
    }

    package static let snapshotFolder = "snapshots"

    /// The snapshot that a key made by `snapshot(_:camera:)` names.
    package var snapshotID: SnapshotID? {
        guard let name = description.split(separator: "/").last, name.hasSuffix(".jpg") else { return nil }
        return SnapshotID(String(name.dropLast(4)))
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}

extension ObjectKey: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let key = ObjectKey(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an object key")
        }
        self = key
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
