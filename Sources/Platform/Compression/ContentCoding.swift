import CZlib
package import Foundation

/// The content codings of HTTP that zlib speaks (RFC 9110, section 8.4.1). `deflate` is the zlib container, not raw deflate.
package enum ContentCoding: String, Sendable, CaseIterable {
    case gzip
    case deflate

    /// 15 is the largest window; adding 16 asks zlib for the gzip container.
    private var windowBits: Int32 { self == .gzip ? 31 : 15 }

    /// - Parameter limit: most bytes of the result; a small body must not become a large one.
    /// - Throws: `CompressionError`.
    package func decompress(_ data: Data, limit: Int) throws(CompressionError) -> Data {
        let stream = ZStream()
        guard unsafe maskwatch_inflate_init(stream.pointer, windowBits) == Z_OK else { throw .outOfMemory }
        defer { unsafe inflateEnd(stream.pointer) }
        var result = Data()
        let status = unsafe stream.run(over: data, limit: limit, into: &result) { unsafe inflate($0, Z_NO_FLUSH) }
        guard result.count <= limit else { throw .tooLarge(limit: limit) }
        guard status == Z_STREAM_END else { throw .corrupt(coding: rawValue) }
        return result
    }

    /// - Throws: `CompressionError`.
    package func compress(_ data: Data) throws(CompressionError) -> Data {
        let stream = ZStream()
        guard unsafe maskwatch_deflate_init(stream.pointer, Z_BEST_SPEED, windowBits) == Z_OK else {
            throw .outOfMemory
        }
        defer { unsafe deflateEnd(stream.pointer) }
        var result = Data()
        let status = unsafe stream.run(over: data, limit: .max, into: &result) { unsafe CZlib.deflate($0, Z_FINISH) }
        guard status == Z_STREAM_END else { throw .outOfMemory }
        return result
    }
}

package enum CompressionError: Error, Hashable, CustomStringConvertible {
    case tooLarge(limit: Int)
    case corrupt(coding: String)
    case outOfMemory

    package var description: String {
        switch self {
        case .tooLarge(let limit): "the decompressed body is larger than \(limit) bytes"
        case .corrupt(let coding): "the body is not \(coding)"
        case .outOfMemory: "there is no memory to compress or decompress"
        }
    }
}

/// Owner of the structure zlib works on.
@safe private final class ZStream {
    let pointer: UnsafeMutablePointer<z_stream>
    private static let chunk = 64 << 10

    init() {
        unsafe pointer = .allocate(capacity: 1)
        unsafe pointer.initialize(to: z_stream())
    }

    deinit { unsafe pointer.deallocate() }

    /// Feeds all of `data`, one piece of output at a time, until zlib ends, fails or the limit is passed.
    func run(
        over data: Data, limit: Int, into result: inout Data, step: (UnsafeMutablePointer<z_stream>) -> Int32
    ) -> Int32 {
        var input = [UInt8](data)
        var output = [UInt8](repeating: 0, count: Self.chunk)
        var status = Z_OK
        unsafe input.withUnsafeMutableBufferPointer { source in
            unsafe pointer.pointee.next_in = source.baseAddress
            unsafe pointer.pointee.avail_in = UInt32(source.count)
            while status == Z_OK, result.count <= limit {
                let count = unsafe output.withUnsafeMutableBufferPointer { target in
                    unsafe pointer.pointee.next_out = target.baseAddress
                    unsafe pointer.pointee.avail_out = UInt32(target.count)
                    status = unsafe step(pointer)
                    return unsafe target.count - Int(pointer.pointee.avail_out)
                }
                result.append(contentsOf: output[..<count])
                if count == 0, status == Z_OK { status = Z_BUF_ERROR }
            }
        }
        return status
    }
}
