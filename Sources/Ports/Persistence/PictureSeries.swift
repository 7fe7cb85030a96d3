package import Domain
package import Foundation

/// The pictures of a rule's progress as bytes. They are written with every picture, so they are kept small; numbers are big
/// endian.
///
/// Format 1 (SQLite's schema 1), 28 bytes a picture: identity (16), time in milliseconds since 1970 (8), violating faces (4).
/// Format 2, 49 bytes a picture: the same, judged faces (4), evidence (16), flags (1: waits for shots, 2: is counted).
package enum PictureSeries {
    package static let format = 2

    package static func encode(_ pictures: [RuleProgress.Picture]) -> Data {
        var data = Data(capacity: pictures.count * 49)
        for picture in pictures {
            append(picture.snapshotID, to: &data)
            append(UInt64(bitPattern: Int64((picture.takenAt.timeIntervalSince1970 * 1000).rounded())), to: &data)
            append(UInt32(clamping: picture.violatingFaces), to: &data)
            append(UInt32(clamping: picture.judgedFaces), to: &data)
            append(picture.evidence, to: &data)
            data.append((picture.isPending ? 1 : 0) | (picture.isCounted ? 2 : 0))
        }
        return data
    }

    package static func decode(_ data: Data, format: Int) throws -> [RuleProgress.Picture] {
        let stride = format == 1 ? 28 : 49
        guard data.count.isMultiple(of: stride) else { throw PersistenceError.unreadable }
        return Swift.stride(from: data.startIndex, to: data.endIndex, by: stride).map { start in
            picture([UInt8](data[start..<start + stride]))
        }
    }

    private static func picture(_ bytes: [UInt8]) -> RuleProgress.Picture {
        let milliseconds = Int64(bitPattern: number(bytes[16..<24]))
        var picture = RuleProgress.Picture(
            snapshotID: SnapshotID(uuid(bytes[0..<16])),
            takenAt: Date(timeIntervalSince1970: Double(milliseconds) / 1000),
            violatingFaces: Int(number(bytes[24..<28])))
        guard bytes.count > 28 else { return picture }
        picture.judgedFaces = Int(number(bytes[28..<32]))
        picture.evidence = SnapshotID(uuid(bytes[32..<48]))
        picture.isPending = bytes[48] & 1 != 0
        picture.isCounted = bytes[48] & 2 != 0
        return picture
    }

    private static func append(_ id: SnapshotID, to data: inout Data) {
        unsafe withUnsafeBytes(of: id.uuid.uuid) { unsafe data.append(contentsOf: $0) }
    }

    private static func append(_ number: some FixedWidthInteger, to data: inout Data) {
        unsafe withUnsafeBytes(of: number.bigEndian) { unsafe data.append(contentsOf: $0) }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }

    private static func uuid(_ bytes: ArraySlice<UInt8>) -> UUID {
        let b = Array(bytes)
        return UUID(
            uuid: (b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15])
        )
    }
}
