/// Drawing into pixels that are being written, valid inside the closure that gave them. What reaches outside is cut off.
@safe package struct Canvas {
    private let pixels: UnsafeMutableBufferPointer<UInt8>
    package let width: Int
    package let height: Int

    init(pixels: UnsafeMutableBufferPointer<UInt8>, width: Int, height: Int) {
        unsafe self.pixels = pixels
        self.width = width
        self.height = height
    }

    /// Dots of a text that is written with dots of one pixel.
    package static func size(of text: String) -> (width: Int, height: Int) {
        (max(0, text.count * BitmapFont.advance - 1), BitmapFont.height)
    }

    package func fill(_ columns: Range<Int>, _ rows: Range<Int>, _ color: Color) {
        for y in rows.clamped(to: 0..<height) {
            for x in columns.clamped(to: 0..<width) {
                let index = (y * width + x) * PixelBuffer.channels
                unsafe pixels[index] = color.red
                unsafe pixels[index + 1] = color.green
                unsafe pixels[index + 2] = color.blue
            }
        }
    }

    /// - Parameters:
    ///   - left: of the first letter, and `top` of the highest.
    ///   - dot: pixels of a dot of the letters, in both directions.
    package func write(_ text: String, left: Int, top: Int, dot: Int, _ color: Color) {
        for (index, character) in text.enumerated() {
            for column in 0..<BitmapFont.width {
                for row in 0..<BitmapFont.height where BitmapFont.isSet(character, column: column, row: row) {
                    let x = left + (index * BitmapFont.advance + column) * dot
                    let y = top + row * dot
                    fill(x..<x + dot, y..<y + dot, color)
                }
            }
        }
    }
}

extension PixelBuffer {
    /// A picture that is drawn.
    package convenience init(width: Int, height: Int, on background: Color, draw: (Canvas) -> Void) {
        unsafe self.init(width: width, height: height) { pixels in
            let canvas = unsafe Canvas(pixels: pixels, width: width, height: height)
            canvas.fill(0..<width, 0..<height, background)
            draw(canvas)
        }
    }
}
