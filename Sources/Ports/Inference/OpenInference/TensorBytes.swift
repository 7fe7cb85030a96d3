package import Foundation

extension Tensor {
    /// A tensor over a copy of `data`.
    package init(name: String, type: ElementType, shape: [Int], data: Data) {
        let storage = unsafe TensorStorage(byteCount: data.count) { target in unsafe _ = data.copyBytes(to: target) }
        self.init(name: name, type: type, shape: shape, storage: storage)
    }

    /// The elements as they travel: little-endian, row-major, no padding.
    package var data: Data { unsafe storage.withUnsafeBytes { unsafe Data($0) } }

    /// The elements as numbers of a type.
    /// - Precondition: `Element` is what the tensor's type says.
    package func numbers<Element: BitwiseCopyable>(of type: Element.Type = Element.self) -> [Element] {
        unsafe storage.withUnsafeBytes { bytes in
            let size = MemoryLayout<Element>.stride
            return (0..<bytes.count / size).map { unsafe bytes.loadUnaligned(fromByteOffset: $0 * size, as: type) }
        }
    }

    /// A tensor of texts or files.
    package init(name: String, shape: [Int], elements: [Data]) {
        var data = Data(capacity: elements.reduce(0) { $0 + 4 + $1.count })
        for element in elements {
            unsafe withUnsafeBytes(of: UInt32(element.count).littleEndian) { unsafe data.append(contentsOf: $0) }
            data.append(element)
        }
        self.init(name: name, type: .bytes, shape: shape, data: data)
    }

    /// The texts or files of a `BYTES` tensor.
    /// - Throws: `InferenceError` if lengths and shape do not add up to the bytes there are.
    package func elements() throws -> [Data] {
        let data = self.data
        var elements: [Data] = []
        elements.reserveCapacity(min(count, data.count / 4))
        var position = data.startIndex
        while position < data.endIndex {
            guard elements.count < count else { throw invalid("has more elements than its shape asks for") }
            guard data.endIndex - position >= 4 else { throw invalid("ends inside an element's length") }
            let length = data[position..<position + 4].reversed().reduce(0) { $0 << 8 | Int($1) }
            position += 4
            guard length <= data.endIndex - position else { throw invalid("has an element longer than the rest") }
            elements.append(data[position..<position + length])
            position += length
        }
        guard elements.count == count else {
            throw invalid("has \(elements.count) elements, but its shape asks for \(count)")
        }
        return elements
    }

    private func invalid(_ problem: String) -> InferenceError {
        InferenceError(.invalidRequest, "tensor '\(name)' \(problem)")
    }
}
