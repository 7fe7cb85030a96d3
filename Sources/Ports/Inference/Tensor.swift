/// The element types that travel, by their names in the Open Inference Protocol.
package enum ElementType: String, Sendable, Codable, CaseIterable {
    case bool = "BOOL"
    case uint8 = "UINT8"
    case int8 = "INT8"
    case uint16 = "UINT16"
    case int16 = "INT16"
    case uint32 = "UINT32"
    case int32 = "INT32"
    case uint64 = "UINT64"
    case int64 = "INT64"
    case float16 = "FP16"
    case bfloat16 = "BF16"
    case float32 = "FP32"
    case float64 = "FP64"
    /// Texts or files: each element is its length as 4 bytes, little-endian, and its bytes.
    case bytes = "BYTES"

    /// Bytes of one element; 0 for `bytes`, whose elements carry their own length.
    package var byteSize: Int {
        switch self {
        case .bool, .uint8, .int8: 1
        case .uint16, .int16, .float16, .bfloat16: 2
        case .uint32, .int32, .float32: 4
        case .uint64, .int64, .float64: 8
        case .bytes: 0
        }
    }
}

/// A named array of numbers, row-major.
package struct Tensor: Sendable {
    package let name: String
    package let type: ElementType
    package let shape: [Int]
    package let storage: TensorStorage

    /// - Precondition: the storage has exactly the bytes that type and shape ask for (`BYTES` excepted).
    package init(name: String, type: ElementType, shape: [Int], storage: TensorStorage) {
        precondition(
            type == .bytes || storage.byteCount == shape.reduce(type.byteSize, *),
            "tensor '\(name)': storage does not fit shape")
        self.name = name
        self.type = type
        self.shape = shape
        self.storage = storage
    }

    package var count: Int { shape.reduce(1, *) }

    /// Reads the elements in place. The pointer must not escape.
    package func withFloats<Result>(_ body: (UnsafeBufferPointer<Float>) throws -> Result) rethrows -> Result {
        precondition(type == .float32, "tensor '\(name)' is not FP32")
        return try unsafe storage.withUnsafeBytes { try unsafe body($0.assumingMemoryBound(to: Float.self)) }
    }
}

/// The memory behind a tensor: written once while it is made, only read afterwards.
@safe package final class TensorStorage: @unchecked Sendable {
    // Sendable because the bytes never change after `init`.
    private let bytes: UnsafeRawBufferPointer
    private let owner: AnyObject?

    /// Takes `byteCount` bytes, aligned for SIMD, and lets `initialize` fill all of them.
    package init(byteCount: Int, initialize: (UnsafeMutableRawBufferPointer) throws -> Void) rethrows {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 64)
        do { try unsafe initialize(memory) } catch {
            unsafe memory.deallocate()
            throw error
        }
        unsafe bytes = UnsafeRawBufferPointer(memory)
        owner = nil
    }

    /// Wraps memory that `owner` keeps alive and nobody changes any more.
    package init(bytes: UnsafeRawBufferPointer, owner: AnyObject) {
        unsafe self.bytes = bytes
        self.owner = owner
    }

    deinit {
        if owner == nil { unsafe bytes.deallocate() }
    }

    package var byteCount: Int { unsafe bytes.count }

    /// The pointer must not escape.
    package func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try unsafe body(bytes)
    }
}
