package import Foundation

/// The identity of an entity: a UUIDv7 (RFC 9562, section 5.7), so that identities sort by the time they were made.
package struct Identifier<Entity>: Hashable, Sendable, LosslessStringConvertible {
    package let uuid: UUID

    package init(_ uuid: UUID) { self.uuid = uuid }

    /// A new identity made at `time`.
    package init(at time: Date = Date()) {
        var bytes = unsafe withUnsafeBytes(of: UUID().uuid) { unsafe [UInt8]($0) }
        let milliseconds = UInt64(max(0, time.timeIntervalSince1970 * 1000))
        for index in 0..<6 { bytes[index] = UInt8(truncatingIfNeeded: milliseconds >> (40 - 8 * UInt64(index))) }
        bytes[6] = 0x70 | (bytes[6] & 0x0F)
        bytes[8] = 0x80 | (bytes[8] & 0x3F)
        uuid = UUID(
            uuid: (
                bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7], bytes[8], bytes[9],
                bytes[10], bytes[11], bytes[12], bytes[13], bytes[14], bytes[15]
            ))
    }

    package init?(_ description: String) {
        guard let uuid = UUID(uuidString: description) else { return nil }
        self.uuid = uuid
    }

    /// Lower-case text, as in object keys and URLs.
    package var description: String { uuid.uuidString.lowercased() }

    /// When the identity was made, to the millisecond.
    package var time: Date {
        let milliseconds = unsafe withUnsafeBytes(of: uuid.uuid) { bytes in
            unsafe bytes.prefix(6).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        }
        return Date(timeIntervalSince1970: Double(milliseconds) / 1000)
    }
}

extension Identifier: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let identifier = Self(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is not a UUID")
        }
        self = identifier
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension Identifier: Comparable {
    package static func < (a: Self, b: Self) -> Bool { a.description < b.description }
}

package typealias CameraID = Identifier<Camera>
package typealias SnapshotID = Identifier<SnapshotTaken>
package typealias RuleID = Identifier<Rule>
package typealias IncidentID = Identifier<Incident>
package typealias ChannelID = Identifier<Channel>
package typealias NotificationID = Identifier<ChannelNotification>
package typealias UserID = Identifier<User>
package typealias WorkerID = Identifier<Worker>
package typealias SiteID = Identifier<Site>
package typealias ZoneID = Identifier<Zone>
