/// A picture as video decoders give it and JPEG encoders take it: 8-bit luma and two chroma planes.
@safe package final class YUVImage: @unchecked Sendable {
    // Sendable because the planes never change after `init`.

    package enum Subsampling: Sendable {
        case yuv420, yuv422, yuv444, gray
    }

    /// One plane; `bytes` holds `stride * height` bytes at least up to the last row's width.
    @safe package struct Plane {
        package let bytes: UnsafePointer<UInt8>
        package let stride: Int
        package let width: Int
        package let height: Int

        package init(bytes: UnsafePointer<UInt8>, stride: Int, width: Int, height: Int) {
            unsafe self.bytes = bytes
            self.stride = stride
            self.width = width
            self.height = height
        }
    }

    package let width: Int
    package let height: Int
    package let subsampling: Subsampling
    /// Whether luma uses 0...255 (JPEG) and not 16...235 (television).
    package let isFullRange: Bool
    private let planes: [Plane]
    private let owner: AnyObject

    /// - Parameter owner: keeps the memory of the planes alive.
    package init(
        width: Int, height: Int, subsampling: Subsampling, isFullRange: Bool, planes: [Plane], owner: AnyObject
    ) {
        self.width = width
        self.height = height
        self.subsampling = subsampling
        self.isFullRange = isFullRange
        self.planes = planes
        self.owner = owner
    }

    /// Y, U, V (only Y for gray). The pointers must not escape.
    package func withPlanes<Result>(_ body: ([Plane]) throws -> Result) rethrows -> Result {
        try withExtendedLifetime(owner) { try body(planes) }
    }
}
