import Foundation
import Imaging
import TestSupport
import Testing

/// Thousands of damaged files: each must be read or refused with a `PictureError`, and nothing may pile up.
@Suite struct PictureMutationTests {
    @Test(arguments: ["baseline.jpg", "progressive.jpg", "cmyk.jpg", "rgb.png", "palette.png", "grey16.png"])
    func `a damaged file is read or refused, and memory stays`(name: String) throws {
        let original = try Fixtures.picture(name)
        let decoder = PictureDecoder(limits: PictureLimits(pixels: 1_000_000))
        var generator = SeededGenerator(seed: UInt64(original.count))
        let before = ResidentMemory.bytes
        var refused = 0
        for _ in 0..<1500 {
            let data = original.damaged(by: &generator)
            do { _ = try decoder.decode(data) } catch {
                #expect(!error.message.isEmpty)
                refused += 1
            }
        }
        #expect(refused > 100)
        #expect(ResidentMemory.bytes - before < 64 << 20)
    }
}

extension Data {
    /// A copy with a few bytes changed, cut out or doubled.
    fileprivate func damaged(by generator: inout SeededGenerator) -> Data {
        var copy = self
        for _ in 0..<Int.random(in: 1...8, using: &generator) {
            guard copy.count > 24 else { return copy }
            let place = Int.random(in: 3..<copy.count, using: &generator)
            let end = Swift.min(copy.count, place + Int.random(in: 1...16, using: &generator))
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: copy.removeSubrange(place..<end)
            case 1: copy.insert(contentsOf: copy[place..<end], at: place)
            case 2: copy = copy.prefix(place)
            default: copy[place] = UInt8.random(in: 0...255, using: &generator)
            }
        }
        return copy
    }
}
