import Imaging
import TestSupport
import Testing

@Suite struct ResamplerTests {
    private let noise: PixelBuffer

    init() throws { noise = try PictureDecoder().decode(Fixtures.picture("noise.png")) }

    @Test(arguments: [(40, 29), (83, 20), (20, 61), (7, 5), (166, 122), (100, 61)])
    func `scaling is Pillow's within two levels`(width: Int, height: Int) throws {
        let expected = try PictureDecoder().decode(Fixtures.picture("resampled-\(width)x\(height).png"))
        #expect(largestDifference(Resampler.scale(noise, toWidth: width, height: height), expected) <= 2)
    }

    @Test func `the same size is the same picture`() {
        #expect(largestDifference(Resampler.scale(noise, toWidth: 83, height: 61), noise) == 0)
    }

    @Test func `one pixel can become many, and many one`() {
        let dot = PixelBuffer(width: 1, height: 1, filledWith: Color(red: 9, green: 8, blue: 7))
        #expect(Resampler.scale(dot, toWidth: 33, height: 2)[32, 1] == Color(red: 9, green: 8, blue: 7))
        let mean = Resampler.scale(noise, toWidth: 1, height: 1)[0, 0]
        #expect((100...155).contains(mean.red))
    }

    @Test func `a letterbox fills every byte that the picture leaves`() throws {
        let boxed = unsafe PixelBuffer(width: 96, height: 64) { pixels in
            unsafe pixels.update(repeating: 1)
            unsafe Resampler.letterbox(
                noise, into: pixels, columns: 96, rows: 64, content: PictureSize(width: 40, height: 29))
        }
        let content = try PictureDecoder().decode(Fixtures.picture("resampled-40x29.png"))
        for y in 0..<64 {
            for x in 0..<96 {
                if x < 40, y < 29 {
                    #expect(abs(Int(boxed[x, y].red) - Int(content[x, y].red)) <= 2)
                } else if boxed[x, y] != .padding {
                    Issue.record("\(x), \(y) is not grey")
                }
            }
        }
    }

    @Test(arguments: [("inside", 20.3, 11.7, 30.5, 16), ("outside", -9.4, 40.2, 33.3, 24), ("large", 5, 5, 12, 31)])
    func `a crop is Pillow's, grey outside the picture`(
        name: String, x: Double, y: Double, side: Double, size: Int
    ) throws {
        let crop = unsafe PixelBuffer(width: size, height: size) { pixels in
            unsafe Resampler.cropSquare(noise, x: x, y: y, side: side, into: pixels, size: size)
        }
        #expect(largestDifference(crop, try PictureDecoder().decode(Fixtures.picture("crop-\(name).png"))) <= 2)
    }

    @Test func `a crop far outside is grey`() {
        let crop = unsafe PixelBuffer(width: 8, height: 8) { pixels in
            unsafe Resampler.cropSquare(noise, x: 500, y: -300, side: 40, into: pixels, size: 8)
        }
        #expect(crop[4, 4] == .padding)
    }
}
