import Foundation
import Imaging
import TestSupport
import Testing

@Suite struct PictureDecoderTests {
    private let decoder = PictureDecoder()

    @Test(arguments: [
        "baseline.jpg", "progressive.jpg", "grey.jpg", "rgb.png", "palette.png", "grey.png", "grey16.png", "alpha.png",
    ])
    func `every usual kind of JPEG and PNG is read`(name: String) throws {
        let data = try Fixtures.picture(name)
        let picture = try decoder.decode(data)
        #expect(picture.width == 48 && picture.height == 32)
        #expect(try decoder.size(of: data) == PictureSize(width: 48, height: 32))
    }

    @Test func `pixels have the colours that were written`() throws {
        let picture = try decoder.decode(Fixtures.picture("rgb.png"))
        #expect(picture[0, 0] == Color(red: 0, green: 0, blue: 255))
        #expect(picture[47, 31] == Color(red: 255, green: 255, blue: 0))
        let jpeg = try decoder.decode(Fixtures.picture("baseline.jpg"))
        #expect(largestDifference(jpeg, picture) < 24)
    }

    @Test func `16-bit PNG keeps its brightness`() throws {
        let deep = try decoder.decode(Fixtures.picture("grey16.png"))
        let flat = try decoder.decode(Fixtures.picture("grey.png"))
        #expect(largestDifference(deep, flat) <= 1)
    }

    @Test func `what is transparent shows white`() throws {
        let picture = try decoder.decode(Fixtures.picture("alpha.png"))
        #expect(picture[0, 0] == .white)
        #expect(picture[47, 31] == Color(red: 255, green: 255, blue: 0))
    }

    @Test(arguments: [
        (Data(), PictureError.Code.empty), (Data("<!DOCTYPE html><html>".utf8), .unknownFormat),
        (Data("GIF89a".utf8), .unknownFormat), (Data([0xFF, 0xD8, 0xFF]), .truncated),
        (Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]), .truncated),
    ])
    func `what is no picture is told as such`(data: Data, code: PictureError.Code) {
        let error = #expect(throws: PictureError.self) { try decoder.decode(data) }
        #expect(error?.code == code, "\(error?.message ?? "")")
    }

    @Test func `HTML instead of a picture is named`() {
        let error = #expect(throws: PictureError.self) { try decoder.decode(Data("\n <html><body>404".utf8)) }
        #expect(error?.message.contains("HTML") == true)
    }

    @Test func `a JPEG in print colours is refused with what to do`() throws {
        let data = try Fixtures.picture("cmyk.jpg")
        let error = #expect(throws: PictureError.self) { try decoder.decode(data) }
        #expect(error?.code == .unsupported && error?.message.contains("CMYK") == true)
    }

    @Test(arguments: ["baseline.jpg", "progressive.jpg", "rgb.png", "palette.png"])
    func `a file cut anywhere is refused, never shown half`(name: String) throws {
        let data = try Fixtures.picture(name)
        for length in stride(from: 1, to: data.count - 16, by: 7) {
            let error = #expect(throws: PictureError.self, "cut at \(length)") {
                try decoder.decode(data.prefix(length))
            }
            #expect(error?.code != .empty && error?.code != .tooManyPixels)
        }
    }

    @Test func `bytes after the picture do no harm`() throws {
        let data = try Fixtures.picture("baseline.jpg")
        let whole = try decoder.decode(data)
        let longer = try decoder.decode(data + Data(repeating: 0x5A, count: 1000))
        #expect(largestDifference(whole, longer) == 0)
    }

    @Test func `a JPEG with damaged pixels is refused`() throws {
        var data = try Fixtures.picture("baseline.jpg")
        let middle = data.count - 100
        data.replaceSubrange(middle..<middle + 2, with: [0xFF, 0xD3])
        let damaged = data
        let error = #expect(throws: PictureError.self) { try decoder.decode(damaged) }
        #expect(error?.code == .corrupt || error?.code == .truncated)
    }

    @Test func `more bytes than allowed are refused`() throws {
        let data = try Fixtures.picture("rgb.png")
        let small = PictureDecoder(limits: PictureLimits(bytes: data.count - 1))
        let error = #expect(throws: PictureError.self) { try small.decode(data) }
        #expect(error?.code == .tooManyBytes)
    }

    @Test(arguments: [(20_000, 20_000), (65_535, 1), (1, 65_535), (16_000, 16_000)])
    func `a picture that says it is huge is refused before memory is taken`(width: Int, height: Int) throws {
        for data in try [PictureBombs.jpeg(width, height), PictureBombs.png(width, height)] {
            let before = ResidentMemory.bytes
            let error = #expect(throws: PictureError.self) { try decoder.decode(data) }
            #expect(error?.code == .tooManyPixels)
            #expect(ResidentMemory.bytes - before < 32 << 20)
        }
    }

    @Test func `a large JPEG may be decoded smaller`() throws {
        let large = PixelBuffer(width: 640, height: 400, filledWith: Color(red: 200, green: 10, blue: 10))
        let data = try PictureEncoder.jpeg(large)
        let small = try decoder.decode(data, shortestUseful: 150)
        #expect(small.width == 160 && small.height == 100)
        #expect(try decoder.decode(data, shortestUseful: 641).width == 640)
    }
}
