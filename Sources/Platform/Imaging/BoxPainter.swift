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
            let canvas = unsafe Canvas(pixels: pixels, width: picture.width, height: picture.height)
            for mark in marks { canvas.draw(mark, thickness: max(1, max(picture.width, picture.height) / 400)) }
        }
    }
}

extension Canvas {
    fileprivate func draw(_ mark: BoxPainter.Mark, thickness: Int) {
        let box = mark.rectangle
        for inset in 0..<thickness {
            let (left, top) = (box.x + inset, box.y + inset)
            let (right, bottom) = (box.x + box.width - inset, box.y + box.height - inset)
            guard left < right, top < bottom else { break }
            fill(left..<right, top..<top + 1, mark.color)
            fill(left..<right, bottom - 1..<bottom, mark.color)
            fill(left..<left + 1, top..<bottom, mark.color)
            fill(right - 1..<right, top..<bottom, mark.color)
        }
        if !mark.label.isEmpty { write(mark.label, above: box, on: mark.color, dot: thickness) }
    }

    /// Above the box, or inside it where there is no room above.
    private func write(_ text: String, above box: PixelRectangle, on color: Color, dot: Int) {
        let letters = Canvas.size(of: text)
        let size = ((letters.width + 2) * dot, (letters.height + 2) * dot)
        let left = max(0, min(box.x, width - size.0))
        let top = box.y >= size.1 ? box.y - size.1 : max(0, box.y)
        fill(left..<left + size.0, top..<top + size.1, color)
        write(text, left: left + dot, top: top + dot, dot: dot, color.isLight ? .black : .white)
    }
}

extension Color {
    /// Whether black text is easier to read on it than white (ITU-R BT.601 luma).
    fileprivate var isLight: Bool { 299 * Int(red) + 587 * Int(green) + 114 * Int(blue) > 140_000 }
}
