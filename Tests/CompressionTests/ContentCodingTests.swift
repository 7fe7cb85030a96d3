import Compression
import Foundation
import TestSupport
import Testing

@Suite("Content codings")
struct ContentCodingTests {
    @Test("come back as they were", arguments: ContentCoding.allCases, [0, 1, 1000, 500_000])
    func roundTrip(_ coding: ContentCoding, _ size: Int) throws {
        var random = SeededGenerator(seed: 1)
        let data = Data((0..<size).map { _ in UInt8.random(in: 0..<8, using: &random) })
        #expect(try coding.decompress(coding.compress(data), limit: size) == data)
    }

    @Test("stop at the limit, long before a bomb has unfolded", arguments: ContentCoding.allCases)
    func bomb(_ coding: ContentCoding) throws {
        let bomb = try coding.compress(Data(count: 50_000_000))
        #expect(bomb.count < 500_000)
        #expect(throws: CompressionError.tooLarge(limit: 1000)) { try coding.decompress(bomb, limit: 1000) }
    }

    @Test("refuse what is cut or mutated", arguments: 0..<50)
    func corrupt(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let data = Data((0..<5000).map { _ in UInt8.random(in: 0..<16, using: &random) })
        let packed = try ContentCoding.gzip.compress(data)
        let cut = packed.prefix(Int.random(in: 0..<packed.count, using: &random))
        #expect(throws: CompressionError.self) { try ContentCoding.gzip.decompress(Data(cut), limit: 1 << 20) }
        var mutated = packed
        mutated[Int.random(in: 10..<packed.count, using: &random)] ^= 0xFF
        if let result = try? ContentCoding.gzip.decompress(mutated, limit: 1 << 20) { #expect(result == data) }
    }
}
