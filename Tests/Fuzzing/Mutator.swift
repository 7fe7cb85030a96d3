import Foundation
import TestSupport

/// Spoils bytes in the ways that find faults in parsers: single bits, extreme numbers, pieces that are missing, doubled or
/// from elsewhere.
struct Mutator {
    private var random: SeededGenerator
    private static let extremes: [[UInt8]] = [
        [0], [0xFF], [0x7F], [0x80], [0xFF, 0xFF], [0xFF, 0xD8], [0xFF, 0xD9], [0, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF],
        [0x7F, 0xFF, 0xFF, 0xFF], Array("-1".utf8), Array("1e999".utf8), Array("18446744073709551616".utf8),
        Array("[[[[[[[[".utf8), Array("]]]]".utf8), Array("\"".utf8), Array("\\".utf8), Array("null".utf8),
        Array("{".utf8), Array("}".utf8), Array("\"data\":[".utf8), Array("\"binary_data_size\":".utf8),
    ]

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func pick<Element>(_ elements: [Element]) -> Element { elements.randomElement(using: &random)! }

    mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &random) == 0 }

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

    /// - Parameter other: another seed, of which pieces are taken.
    mutating func spoil(_ data: Data, with other: Data) -> Data {
        var bytes = Array(data)
        for _ in 0..<number(1...6) { step(&bytes, other) }
        return Data(bytes)
    }

    private mutating func step(_ bytes: inout [UInt8], _ other: Data) {
        guard !bytes.isEmpty else { return bytes.append(contentsOf: other.prefix(64)) }
        let place = number(0...bytes.count - 1)
        let length = min(number(1...32), bytes.count - place)
        switch number(0...7) {
        case 0: bytes[place] ^= 1 << UInt8(number(0...7))
        case 1: bytes[place] = UInt8(number(0...255))
        case 2: bytes.replaceSubrange(place..<place + length, with: pick(Self.extremes))
        case 3: bytes.insert(contentsOf: pick(Self.extremes), at: place)
        case 4: bytes.removeSubrange(place..<place + length)
        case 5: bytes.insert(contentsOf: bytes[place..<place + length], at: place)
        case 6: bytes.removeSubrange(place...)
        default:
            guard !other.isEmpty else { return }
            let start = number(0...other.count - 1)
            bytes.replaceSubrange(place..<place + length, with: other.dropFirst(start).prefix(length))
        }
    }
}
