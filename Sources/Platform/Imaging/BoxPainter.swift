/// Draws labelled boxes on a copy of a picture.
package struct BoxPainter: Sendable {
    package struct Mark: Hashable, Sendable {
        /// Pixels; what reaches outside the picture is cut off.
        package var rectangle: PixelRectangle
        package var label: String
        package var color: Color

        package init(rectangle: PixelRectangle, label: String, color: Color) {
            self.rectangle = rectangle
            self.label = label
            self.color = color
        }
    }

    package init() {}

    /// Lines and letters grow with the picture, so that they can be read when it is shown whole.
    package func paint(_ marks: [Mark], on picture: PixelBuffer) -> PixelBuffer {
        unsafe PixelBuffer(width: picture.width, height: picture.height) { pixels in
            unsafe picture.withBytes { _ = unsafe pixels.update(fromContentsOf: $0) }
            var canvas = unsafe Canvas(pixels: pixels, width: picture.width, height: picture.height)
            for mark in marks { canvas.draw(mark, thickness: max(1, max(picture.width, picture.height) / 400)) }
        }
    }
}

/// Drawing into pixels that are being written, valid inside the closure that gave them.
@safe private struct Canvas {
    let pixels: UnsafeMutableBufferPointer<UInt8>
    let width: Int
    let height: Int

    mutating func draw(_ mark: BoxPainter.Mark, thickness: Int) {
        let box = mark.rectangle
        for inset in 0..<thickness {
            let (left, top) = (box.x + inset, box.y + inset)
            let (right, bottom) = (box.x + box.width - 1 - inset, box.y + box.height - 1 - inset)
            guard left <= right, top <= bottom else { break }
            fill(left...right, top...top, mark.color)
            fill(left...right, bottom...bottom, mark.color)
            fill(left...left, top...bottom, mark.color)
            fill(right...right, top...bottom, mark.color)
        }
        if !mark.label.isEmpty { write(mark.label, above: box, on: mark.color, dot: thickness) }
    }

    /// Above the box, or inside it where there is no room above.
    private mutating func write(_ text: String, above box: PixelRectangle, on color: Color, dot: Int) {
        let size = ((text.count * BitmapFont.advance + 1) * dot, (BitmapFont.height + 2) * dot)
        let left = max(0, min(box.x, width - size.0))
        let top = box.y >= size.1 ? box.y - size.1 : max(0, box.y)
        fill(left...(left + size.0 - 1), top...(top + size.1 - 1), color)
        for (index, character) in text.enumerated() {
            let x = left + (index * BitmapFont.advance + 1) * dot
            for column in 0..<BitmapFont.width {
                for row in 0..<BitmapFont.height where BitmapFont.isSet(character, column: column, row: row) {
                    let (dotX, dotY) = (x + column * dot, top + (row + 1) * dot)
                    fill(dotX...(dotX + dot - 1), dotY...(dotY + dot - 1), color.isLight ? .black : .white)
                }
            }
        }
    }

    private mutating func fill(_ columns: ClosedRange<Int>, _ rows: ClosedRange<Int>, _ color: Color) {
        for y in Range(rows).clamped(to: 0..<height) {
            for x in Range(columns).clamped(to: 0..<width) {
                let index = (y * width + x) * PixelBuffer.channels
                unsafe pixels[index] = color.red
                unsafe pixels[index + 1] = color.green
                unsafe pixels[index + 2] = color.blue
            }
        }
    }
}

extension Color {
    /// Whether black text is easier to read on it than white (ITU-R BT.601 luma).
    fileprivate var isLight: Bool { 299 * Int(red) + 587 * Int(green) + 114 * Int(blue) > 140_000 }
}
