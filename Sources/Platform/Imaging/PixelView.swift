/// A rectangle of a picture's bytes, valid inside the closure that gave them.
@safe struct PixelView {
    let base: UnsafeRawPointer
    let rowBytes: Int
    let width: Int
    let height: Int

    init(_ bytes: UnsafeBufferPointer<UInt8>, of picture: PixelBuffer) {
        unsafe self.init(
            base: UnsafeRawPointer(bytes.baseAddress!), rowBytes: picture.bytesPerRow, width: picture.width,
            height: picture.height)
    }

    private init(base: UnsafeRawPointer, rowBytes: Int, width: Int, height: Int) {
        unsafe self.base = base
        self.rowBytes = rowBytes
        self.width = width
        self.height = height
    }

    /// - Precondition: the part lies inside.
    func part(x: Int, y: Int, width: Int, height: Int) -> PixelView {
        precondition(x >= 0 && y >= 0 && x + width <= self.width && y + height <= self.height)
        return unsafe PixelView(
            base: base + y * rowBytes + x * PixelBuffer.channels, rowBytes: rowBytes, width: width, height: height)
    }
}

/// Where rows of pixels are written, valid inside the closure that gave them.
@safe struct PixelTarget {
    private let base: UnsafeMutableRawPointer
    private let rowBytes: Int

    init(_ bytes: UnsafeMutableBufferPointer<UInt8>, rowBytes: Int) {
        unsafe base = UnsafeMutableRawPointer(bytes.baseAddress!)
        self.rowBytes = rowBytes
    }

    func row(_ y: Int) -> UnsafeMutableRawPointer { unsafe base + y * rowBytes }
}
