import Foundation
import Imaging

/// The largest difference of any channel; 256 if the sizes differ.
func largestDifference(_ first: PixelBuffer, _ second: PixelBuffer) -> Int {
    guard first.width == second.width, first.height == second.height else { return 256 }
    return unsafe first.withBytes { first in
        unsafe second.withBytes { second in
            first.indices.map { unsafe abs(Int(first[$0]) - Int(second[$0])) }.max() ?? 0
        }
    }
}

enum ResidentMemory {
    /// Bytes of this process in memory (proc(5), statm).
    static var bytes: Int {
        let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        return (Int(text.split(separator: " ").dropFirst().first ?? "") ?? 0) * 4096
    }
}

/// Small files whose headers promise many pixels.
enum PictureBombs {
    static func jpeg(_ width: Int, _ height: Int) throws -> Data {
        var data = try PictureEncoder.jpeg(PixelBuffer(width: 8, height: 8, filledWith: .white))
        // Start of frame, baseline (T.81, B.2.2): marker, length, precision, height, width.
        guard let frame = data.range(of: Data([0xFF, 0xC0, 0x00, 0x11, 0x08])) else { throw PictureError(.corrupt, "") }
        data.replaceSubrange(frame.upperBound..<frame.upperBound + 4, with: big(height, 2) + big(width, 2))
        return data
    }

    static func png(_ width: Int, _ height: Int) throws -> Data {
        var data = try PictureEncoder.png(PixelBuffer(width: 8, height: 8, filledWith: .white))
        data.replaceSubrange(16..<24, with: big(width, 4) + big(height, 4))
        data.replaceSubrange(29..<33, with: big(Int(crc32(data[12..<29])), 4))
        return data
    }

    private static func big(_ value: Int, _ bytes: Int) -> [UInt8] {
        (0..<bytes).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    /// The checksum of PNG chunks (PNG specification, annex D).
    private static func crc32(_ data: Data) -> UInt32 {
        var crc: UInt32 = 0xFFFF_FFFF
        for byte in data {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? 0xEDB8_8320 ^ (crc >> 1) : crc >> 1 }
        }
        return ~crc
    }
}
