import Foundation
import Imaging
import TestSupport
import Testing

@Suite struct EXIFOrientationTests {
    /// Where the red corner of the stored picture (its top left) lies when it is shown, by orientation 1...8.
    private static let corners = [
        (0, 0), (47, 0), (47, 31), (0, 31), (0, 0), (31, 0), (31, 47), (0, 47),
    ]

    @Test(arguments: 1...8, [false, true])
    func `a turned picture is shown upright`(orientation: Int, bigEndian: Bool) throws {
        let stored = unsafe PixelBuffer(width: 48, height: 32) { pixels in
            for index in 0..<48 * 32 {
                let isCorner = index % 48 < 16 && index / 48 < 16
                unsafe pixels[index * 3] = isCorner ? 255 : 0
                unsafe pixels[index * 3 + 1] = 0
                unsafe pixels[index * 3 + 2] = isCorner ? 0 : 255
            }
        }
        let data = try EXIF.insert(orientation, bigEndian: bigEndian, into: PictureEncoder.jpeg(stored, quality: 95))
        let shown = try PictureDecoder().decode(data)
        let turned = orientation >= 5
        #expect(shown.width == (turned ? 32 : 48) && shown.height == (turned ? 48 : 32))
        #expect(try PictureDecoder().size(of: data) == PictureSize(width: shown.width, height: shown.height))
        let (x, y) = Self.corners[orientation - 1]
        #expect(shown[x, y].red > 200 && shown[x, y].blue < 60)
        let opposite = shown[shown.width - 1 - x, shown.height - 1 - y]
        #expect(opposite.red < 60 && opposite.blue > 200)
    }

    @Test(arguments: [0, 9, 65_535])
    func `an impossible orientation means upright`(orientation: Int) throws {
        let data = try EXIF.insert(orientation, bigEndian: true, into: Fixtures.picture("baseline.jpg"))
        #expect(try PictureDecoder().decode(data).width == 48)
    }

    @Test func `EXIF data that points outside itself is ignored`() throws {
        let picture = try Fixtures.picture("baseline.jpg")
        for offset: UInt8 in [7, 8, 200, 255] {
            let body = Data("Exif\0\0MM\0*\0\0\0".utf8) + [offset, 0xFF, 0xFF, 0x01]
            let segment = Data([0xFF, 0xE1, 0, UInt8(body.count + 2)]) + body
            #expect(try PictureDecoder().decode(picture.prefix(2) + segment + picture.dropFirst(2)).width == 48)
        }
    }
}

enum EXIF {
    /// The JPEG with an EXIF segment after its first marker that holds the orientation only.
    static func insert(_ orientation: Int, bigEndian: Bool, into jpeg: Data) -> Data {
        func number(_ value: Int, bytes: Int) -> [UInt8] {
            let digits = (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
            return bigEndian ? digits.reversed() : digits
        }
        var body = Data("Exif\0\0".utf8) + Data((bigEndian ? "MM" : "II").utf8)
        body += number(42, bytes: 2) + number(8, bytes: 4) + number(1, bytes: 2)
        body += number(0x0112, bytes: 2) + number(3, bytes: 2) + number(1, bytes: 4) + number(orientation, bytes: 2)
        body += number(0, bytes: 2) + number(0, bytes: 4)
        let segment = Data([0xFF, 0xE1, 0, UInt8(body.count + 2)]) + body
        return jpeg.prefix(2) + segment + jpeg.dropFirst(2)
    }
}
