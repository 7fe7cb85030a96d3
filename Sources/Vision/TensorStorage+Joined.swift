import Inference

extension TensorStorage {
    /// The bytes of all parts, one after the other.
    static func joined(_ parts: [TensorStorage]) -> TensorStorage {
        if parts.count == 1 { return parts[0] }
        return unsafe TensorStorage(byteCount: parts.reduce(0) { $0 + $1.byteCount }) { bytes in
            var position = 0
            for part in parts {
                unsafe part.withUnsafeBytes { source in
                    unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[position...]).copyMemory(from: source)
                }
                position += part.byteCount
            }
        }
    }
}
