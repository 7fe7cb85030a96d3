/// Scales pictures: a triangle filter that covers every source pixel when it shrinks, two-point interpolation when it
/// enlarges. Within two levels of Pillow's `BILINEAR`.
package enum Resampler {
    /// - Precondition: both sizes are at least 1.
    package static func scale(_ picture: PixelBuffer, toWidth width: Int, height: Int) -> PixelBuffer {
        unsafe PixelBuffer(width: width, height: height) { pixels in
            unsafe picture.withBytes { bytes in
                let source = unsafe PixelView(bytes, of: picture)
                unsafe scale(source, into: PixelTarget(pixels, rowBytes: width * 3), width: width, height: height)
            }
        }
    }

    /// Scales the picture into the top left corner of a network's input and fills the rest with grey.
    /// - Parameters:
    ///   - target: `rows * columns * 3` bytes, all of which are written.
    ///   - content: the size the picture gets, at most `columns` by `rows`.
    package static func letterbox(
        _ picture: PixelBuffer, into target: UnsafeMutableBufferPointer<UInt8>, columns: Int, rows: Int,
        content: PictureSize
    ) {
        precondition(content.width <= columns && content.height <= rows && target.count == columns * rows * 3)
        let rowBytes = columns * 3
        unsafe picture.withBytes { bytes in
            unsafe scale(
                PixelView(bytes, of: picture), into: PixelTarget(target, rowBytes: rowBytes), width: content.width,
                height: content.height)
        }
        if content.width < columns {
            for row in 0..<content.height {
                unsafe target[(row * rowBytes + content.width * 3)..<((row + 1) * rowBytes)].update(repeating: padding)
            }
        }
        unsafe target[(content.height * rowBytes)...].update(repeating: padding)
    }

    /// Cuts out a square, scaled into a target; what lies outside the picture is grey.
    /// - Parameters:
    ///   - x, y, side: pixels of the picture; the square may begin and end inside a pixel and outside the picture.
    ///   - target: `size * size * 3` bytes, all of which are written.
    package static func cropSquare(
        _ picture: PixelBuffer, x: Double, y: Double, side: Double, into target: UnsafeMutableBufferPointer<UInt8>,
        size: Int
    ) {
        precondition(target.count == size * size * 3 && side > 0)
        // The filter looks this far over the edge.
        let reach = max(side / Double(size), 1).rounded(.up) + 1
        let area = PixelRectangle(
            x: Int((x - reach).rounded(.down)), y: Int((y - reach).rounded(.down)),
            width: Int((side + 2 * reach).rounded(.up)) + 1, height: Int((side + 2 * reach).rounded(.up)) + 1)
        let isInside = area.lies(in: picture)
        let inside = isInside ? picture : padded(picture, to: area)
        let across = ResamplingKernel(
            inputSize: area.width, start: x - Double(area.x), length: side, outputSize: size)
        let down = ResamplingKernel(
            inputSize: area.height, start: y - Double(area.y), length: side, outputSize: size)
        unsafe inside.withBytes { bytes in
            let view = unsafe PixelView(bytes, of: inside).part(
                x: isInside ? area.x : 0, y: isInside ? area.y : 0, width: area.width, height: area.height)
            unsafe scale(
                view, across: across, down: down, into: PixelTarget(target, rowBytes: size * 3), height: size)
        }
    }

    private static let padding: UInt8 = 114

    private static func padded(_ picture: PixelBuffer, to rectangle: PixelRectangle) -> PixelBuffer {
        unsafe PixelBuffer(width: rectangle.width, height: rectangle.height) { pixels in
            unsafe pixels.update(repeating: padding)
            let columns = (rectangle.x..<rectangle.x + rectangle.width).clamped(to: 0..<picture.width)
            let rows = (rectangle.y..<rectangle.y + rectangle.height).clamped(to: 0..<picture.height)
            guard !columns.isEmpty, !rows.isEmpty else { return }
            unsafe picture.withBytes { bytes in
                for row in rows {
                    let from = (row * picture.width + columns.lowerBound) * 3
                    let to = ((row - rectangle.y) * rectangle.width + columns.lowerBound - rectangle.x) * 3
                    let part = unsafe UnsafeBufferPointer(rebasing: bytes[from..<from + columns.count * 3])
                    _ = unsafe UnsafeMutableBufferPointer(rebasing: pixels[to...]).update(fromContentsOf: part)
                }
            }
        }
    }

    private static func scale(_ source: PixelView, into target: PixelTarget, width: Int, height: Int) {
        scale(
            source, across: ResamplingKernel(from: source.width, to: width),
            down: ResamplingKernel(from: source.height, to: height), into: target, height: height)
    }

    /// Vertical pass into one row, then horizontal pass into the target's row, so that only one row lies between.
    private static func scale(
        _ source: PixelView, across: ResamplingKernel, down: ResamplingKernel, into target: PixelTarget, height: Int
    ) {
        let row = UnsafeMutableRawBufferPointer.allocate(
            byteCount: source.width * PixelBuffer.channels + RowBlending.overhang, alignment: PixelBuffer.alignment)
        defer { unsafe row.deallocate() }
        let between = unsafe UnsafeMutableRawPointer(row.baseAddress!)
        for y in 0..<height {
            let output = unsafe across.isIdentity ? target.row(y) : between
            unsafe RowBlending.vertical(source, kernel: down, output: y, into: output)
            if !across.isIdentity { unsafe RowBlending.horizontal(between, kernel: across, into: target.row(y)) }
        }
    }
}

/// A rectangle of whole pixels; may reach outside a picture.
package struct PixelRectangle: Hashable, Sendable {
    package var x: Int
    package var y: Int
    package var width: Int
    package var height: Int

    package init(x: Int, y: Int, width: Int, height: Int) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    func lies(in picture: PixelBuffer) -> Bool {
        x >= 0 && y >= 0 && x + width <= picture.width && y + height <= picture.height
    }
}
