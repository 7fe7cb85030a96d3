import Foundation

/// A darknet `.weights` file: a header, then little-endian 32-bit floats in the order of the layers
/// (AlexeyAB/darknet, src/parser.c, `load_weights_upto`).
struct DarknetWeights {
    static let fileLimit = 2_000_000_000

    private let file: ModelFile
    private var position: Int

    /// - Throws: `ModelImportError` unless the file holds exactly as many numbers as the network needs.
    init(_ file: ModelFile, for network: DarknetNetwork) throws(ModelImportError) {
        self.file = file
        guard file.data.count >= 16 else { throw ModelImportError(file.name, "the file is too short for a header") }
        let major = Self.integer(file.data, at: 0)
        let minor = Self.integer(file.data, at: 4)
        guard (0..<1000).contains(major), (0..<1000).contains(minor) else {
            throw ModelImportError(file.name, "the file does not begin as a darknet .weights file does")
        }
        // `seen`, the number of training pictures, is 64 bits wide from version 0.2 on.
        position = major * 10 + minor >= 2 ? 20 : 16
        let needed = network.weights * 4 + position
        guard file.data.count == needed else {
            throw ModelImportError(
                file.name,
                "the file has \(file.data.count) bytes, but \(network.file) needs \(needed): they do not belong together"
            )
        }
    }

    /// The next numbers.
    /// - Throws: `ModelImportError` if one is not finite.
    mutating func next(_ count: Int) throws(ModelImportError) -> [Float] {
        precondition(count >= 0 && position + count * 4 <= file.data.count, "the layers were counted before")
        let start = position
        position += count * 4
        // Every machine this runs on is little-endian, as the file is.
        let numbers = unsafe [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
            let range = file.data.startIndex + start..<file.data.startIndex + position
            unsafe file.data.copyBytes(to: buffer, from: range)
            initialized = count
        }
        guard let wrong = numbers.firstIndex(where: { !$0.isFinite }) else { return numbers }
        throw ModelImportError(file.name, "the number at byte \(start + wrong * 4) is not finite: the file is damaged")
    }

    private static func integer(_ data: Data, at offset: Int) -> Int {
        unsafe data.withUnsafeBytes { bytes in
            Int(Int32(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self)))
        }
    }
}
