/// The parameters of one call in PostgreSQL's binary form, back to back.
package struct Parameters: Sendable {
    /// One byte ahead, so that there always is an address.
    private(set) var bytes: [UInt8] = [0]
    /// Where each begins; nil for NULL.
    private(set) var offsets: [Int?] = []
    private(set) var lengths: [Int32] = []

    init(_ values: [any Column]) {
        bytes.reserveCapacity(256)
        for value in values { value.write(to: &self) }
    }

    private init() {}

    mutating func append(_ number: some FixedWidthInteger) {
        unsafe withUnsafeBytes(of: number.bigEndian) { unsafe append(bytes: $0) }
    }

    mutating func append(bytes value: some Sequence<UInt8>) {
        let start = bytes.count
        bytes.append(contentsOf: value)
        offsets.append(start)
        lengths.append(Int32(bytes.count - start))
    }

    mutating func appendNull() {
        offsets.append(nil)
        lengths.append(0)
    }

    mutating func appendArray(of oid: UInt32, count: Int, _ fill: (inout Parameters) -> Void) {
        var elements = Parameters()
        fill(&elements)
        var array = Parameters()
        let header: [Int32] =
            count == 0
            ? [0, 0, Int32(bitPattern: oid)] : [1, 1, Int32(bitPattern: oid), Int32(count), 1]
        for number in header { array.append(number) }
        for (offset, length) in zip(elements.offsets, elements.lengths) {
            array.append(offset == nil ? -1 : length)
            if let offset { array.append(bytes: elements.bytes[offset..<offset + Int(length)]) }
        }
        append(bytes: array.bytes.dropFirst())
    }

    /// Calls `body` with the count and, for each parameter, its address, length and format (1, binary).
    func withPointers<Value>(
        _ body: (Int32, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> Value
    ) -> Value {
        let formats = [Int32](repeating: 1, count: offsets.count)
        return unsafe bytes.withUnsafeBytes { raw in
            let pointers = unsafe offsets.map { offset in
                unsafe offset.flatMap {
                    unsafe (raw.baseAddress?.advanced(by: $0))?.assumingMemoryBound(to: CChar.self)
                }
            }
            return unsafe body(Int32(offsets.count), pointers, lengths, formats)
        }
    }
}
