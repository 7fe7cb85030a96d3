import Domain
import Foundation
import Persistence

/// The pictures of a rule's progress as bytes, 28 a picture: identity (16), time in milliseconds since 1970 (8, big
/// endian), violating faces (4, big endian). They are written with every picture, so they are kept small.
enum PictureSeries {
    private static let stride = 28

    static func encode(_ pictures: [RuleProgress.Picture]) -> Data {
        var data = Data(capacity: pictures.count * stride)
        for picture in pictures {
            unsafe withUnsafeBytes(of: picture.snapshotID.uuid.uuid) { unsafe data.append(contentsOf: $0) }
            append(UInt64(bitPattern: Int64((picture.takenAt.timeIntervalSince1970 * 1000).rounded())), to: &data)
            append(UInt32(clamping: picture.violatingFaces), to: &data)
        }
        return data
    }

    static func decode(_ data: Data) throws -> [RuleProgress.Picture] {
        guard data.count.isMultiple(of: stride) else { throw PersistenceError.unreadable }
        return Swift.stride(from: data.startIndex, to: data.endIndex, by: stride).map { start in
            let bytes = [UInt8](data[start..<start + stride])
            let milliseconds = Int64(bitPattern: number(bytes[16..<24]))
            return RuleProgress.Picture(
                snapshotID: SnapshotID(uuid(bytes)),
                takenAt: Date(timeIntervalSince1970: Double(milliseconds) / 1000),
                violatingFaces: Int(number(bytes[24..<28])))
        }
    }

    private static func append(_ number: some FixedWidthInteger, to data: inout Data) {
        unsafe withUnsafeBytes(of: number.bigEndian) { unsafe data.append(contentsOf: $0) }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }

    private static func uuid(_ b: [UInt8]) -> UUID {
        UUID(
            uuid: (b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15])
        )
    }
}
