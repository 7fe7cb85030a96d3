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

    /// Cuts out a rectangle, scaled into a target; what lies outside the picture is grey.
    /// - Parameter target: `rows * columns * 3` bytes, all of which are written.
    package static func crop(
        _ picture: PixelBuffer, _ rectangle: PixelRectangle, into target: UnsafeMutableBufferPointer<UInt8>,
        columns: Int, rows: Int
    ) {
        precondition(target.count == columns * rows * 3 && rectangle.width > 0 && rectangle.height > 0)
        let inside = rectangle.lies(in: picture) ? picture : padded(picture, to: rectangle)
        let x = inside === picture ? rectangle.x : 0
        let y = inside === picture ? rectangle.y : 0
        unsafe inside.withBytes { bytes in
            let view = unsafe PixelView(bytes, of: inside).part(
                x: x, y: y, width: rectangle.width, height: rectangle.height)
            unsafe scale(view, into: PixelTarget(target, rowBytes: columns * 3), width: columns, height: rows)
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

    /// Vertical pass into one row, then horizontal pass into the target's row, so that only one row lies between.
    private static func scale(_ source: PixelView, into target: PixelTarget, width: Int, height: Int) {
        let across = ResamplingKernel(from: source.width, to: width)
        let down = ResamplingKernel(from: source.height, to: height)
        let isCopy = source.width == width
        let row = UnsafeMutableRawBufferPointer.allocate(
            byteCount: source.width * 3 + RowBlending.overhang, alignment: PixelBuffer.alignment)
        defer { unsafe row.deallocate() }
        for y in 0..<height {
            let output = unsafe isCopy ? target.row(y) : UnsafeMutableRawPointer(row.baseAddress!)
            unsafe RowBlending.vertical(source, kernel: down, output: y, into: output)
            if !isCopy { unsafe RowBlending.horizontal(output, kernel: across, into: target.row(y)) }
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
