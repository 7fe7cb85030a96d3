import Foundation

/// The little that is read of a JPEG's structure beside libjpeg (ITU-T T.81, annex B).
enum JPEGMarkers {
    /// Whether an end-of-image marker follows the last start of scan.
    static func endsAfterLastScan(_ data: Data) -> Bool {
        guard let end = data.lastRange(of: Data([0xFF, 0xD9])) else { return false }
        guard let scan = data.lastRange(of: Data([0xFF, 0xDA])) else { return false }
        return end.lowerBound > scan.lowerBound
    }

    /// The payload of the first `Exif` application segment, after its six-byte name.
    static func exif(in data: Data) -> Data? {
        var position = data.startIndex + 2
        while position + 4 <= data.endIndex, data[position] == 0xFF {
            let marker = data[position + 1]
            if marker == 0xDA || marker == 0xD9 { return nil }
            let length = Int(data[position + 2]) << 8 | Int(data[position + 3])
            let end = position + 2 + length
            guard length >= 2, end <= data.endIndex else { return nil }
            let payload = data[(position + 4)..<end]
            if marker == 0xE1, payload.starts(with: [0x45, 0x78, 0x69, 0x66, 0, 0]) { return payload.dropFirst(6) }
            position = end
        }
        return nil
    }
}

extension Data {
    fileprivate func lastRange(of pattern: Data) -> Range<Data.Index>? { range(of: pattern, options: .backwards) }
}
