import Grabber
import Imaging
import TestSupport
import Testing

@Suite("Picture check")
struct PictureCheckTests {
    private let check = PictureCheck()
    private static let width = 320
    private static let height = 180

    @Test("keeps an ordinary picture, also a dark one with noise")
    func good() {
        #expect(check.flaw(in: SyntheticPicture.scene()) == nil)
        var random = SeededGenerator(seed: 3)
        let night = SyntheticPicture.yuv420(width: Self.width, height: Self.height) { _, _ in
            UInt8(16 + random.next() % 14)
        }
        #expect(check.flaw(in: night) == nil)
    }

    @Test("keeps a picture with black bars above and below")
    func letterbox() {
        let scene = Self.scene()
        let picture = SyntheticPicture.yuv420(width: Self.width, height: Self.height) { x, y in
            (20..<160).contains(y) ? scene(x, y) : 16
        }
        #expect(check.flaw(in: picture) == nil)
    }

    @Test("refuses a picture of one colour")
    func uniform() {
        let picture = SyntheticPicture.yuv420(width: Self.width, height: Self.height) { x, _ in UInt8(60 + x % 2) }
        #expect(check.flaw(in: picture) == .uniform)
    }

    @Test("refuses the grey of missing data below half a picture")
    func grey() {
        let scene = Self.scene()
        let picture = SyntheticPicture.yuv420(width: Self.width, height: Self.height) { x, y in
            y < 90 ? scene(x, y) : 128
        }
        #expect(check.flaw(in: picture) == .grey)
    }

    @Test("refuses the green of zeroed planes")
    func green() {
        let scene = Self.scene()
        let picture = SyntheticPicture.yuv420(
            width: Self.width, height: Self.height, luma: { x, y in y < 60 ? scene(x, y) : 0 },
            u: { _, y in y < 30 ? 120 : 0 }, v: { _, y in y < 30 ? 120 : 0 })
        #expect(check.flaw(in: picture) == .green)
    }

    @Test("refuses a picture whose lower rows repeat one row")
    func torn() {
        let scene = Self.scene()
        let picture = SyntheticPicture.yuv420(width: Self.width, height: Self.height) { x, y in
            scene(x, min(y, 120))
        }
        #expect(check.flaw(in: picture) == .torn)
    }

    @Test("looks at the smallest pictures without harm", arguments: [(1, 1), (2, 1), (1, 9), (7, 5)])
    func small(size: (width: Int, height: Int)) {
        let picture = SyntheticPicture.yuv420(width: size.width, height: size.height) { x, y in UInt8(20 * (x + y)) }
        #expect([nil, .uniform].contains(check.flaw(in: picture)))
    }

    private static func scene() -> (Int, Int) -> UInt8 {
        { x, y in
            var random = SeededGenerator(seed: UInt64(y * width + x))
            return UInt8(40 + 100 * x / width + Int(random.next() % 24))
        }
    }
}
