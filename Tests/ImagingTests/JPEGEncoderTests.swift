import Imaging
import TestSupport
import Testing

@Suite("JPEG encoder")
struct JPEGEncoderTests {
    private let encoder = JPEGEncoder(quality: 95)

    @Test(
        "writes pictures that decode to the same size, odd ones too",
        arguments: [(320, 180), (33, 17), (1, 1), (16, 9)])
    func sizes(size: (width: Int, height: Int)) throws {
        for isFullRange in [true, false] {
            let picture = SyntheticPicture.scene(width: size.width, height: size.height, isFullRange: isFullRange)
            let decoded = try PictureDecoder().decode(try encoder.encode(picture))
            #expect(decoded.width == size.width && decoded.height == size.height)
        }
    }

    @Test("brings television range to full range", arguments: [(16, 0), (126, 128), (235, 255), (10, 0), (250, 255)])
    func range(luma: (limited: UInt8, full: Int)) throws {
        let picture = SyntheticPicture.yuv420(width: 64, height: 64) { _, _ in luma.limited }
        let decoded = try PictureDecoder().decode(try encoder.encode(picture))
        let value = Int(decoded[30, 30].red)
        #expect(abs(value - luma.full) <= 2)
    }

    @Test("leaves full range as it is", arguments: [0, 16, 128, 255] as [UInt8])
    func fullRange(luma: UInt8) throws {
        let picture = SyntheticPicture.yuv420(width: 64, height: 64, isFullRange: true) { _, _ in luma }
        let decoded = try PictureDecoder().decode(try encoder.encode(picture))
        #expect(abs(Int(decoded[30, 30].red) - Int(luma)) <= 1)
    }
}
