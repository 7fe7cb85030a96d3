/// A decoded picture: 8-bit red, green, blue, row after row without gaps. Written once while it is made, only read
/// afterwards.
@safe package final class PixelBuffer: @unchecked Sendable {
    // Sendable because the bytes never change after `init`.
    package let width: Int
    package let height: Int
    private let bytes: UnsafeMutableBufferPointer<UInt8>

    package static let channels = 3
    /// For SIMD loads.
    package static let alignment = 64

    /// - Parameters:
    ///   - width: pixels, at least 1. `height` likewise.
    ///   - initialize: fills all `width * height * 3` bytes; what it leaves out is undefined.
    package init(
        width: Int, height: Int, initialize: (UnsafeMutableBufferPointer<UInt8>) throws -> Void
    ) rethrows {
        precondition(width > 0 && height > 0, "a picture has at least one pixel")
        self.width = width
        self.height = height
        let count = width * height * Self.channels
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: Self.alignment)
        unsafe bytes = memory.bindMemory(to: UInt8.self)
        try unsafe initialize(bytes)
    }

    /// A picture of one colour.
    package convenience init(width: Int, height: Int, filledWith color: Color) {
        unsafe self.init(width: width, height: height) { bytes in
            for index in stride(from: 0, to: bytes.count, by: Self.channels) {
                unsafe bytes[index] = color.red
                unsafe bytes[index + 1] = color.green
                unsafe bytes[index + 2] = color.blue
            }
        }
    }

    deinit { unsafe bytes.deallocate() }

    package var bytesPerRow: Int { width * Self.channels }
    package var byteCount: Int { bytesPerRow * height }

    /// The pointer must not escape.
    package func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows -> Result {
        try unsafe body(UnsafeBufferPointer(bytes))
    }

    /// - Precondition: the point lies inside.
    package subscript(x: Int, y: Int) -> Color {
        precondition((0..<width).contains(x) && (0..<height).contains(y), "outside the picture")
        let index = (y * width + x) * Self.channels
        return unsafe Color(red: bytes[index], green: bytes[index + 1], blue: bytes[index + 2])
    }
}

package struct Color: Hashable, Sendable {
    package var red: UInt8
    package var green: UInt8
    package var blue: UInt8

    package init(red: UInt8, green: UInt8, blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    package static let white = Color(red: 255, green: 255, blue: 255)
    package static let black = Color(red: 0, green: 0, blue: 0)
    /// What surrounds a picture that does not fill a network's input.
    package static let padding = Color(red: 114, green: 114, blue: 114)
}
