import Imaging
import Testing

@Suite struct BoxPainterTests {
    private let red = Color(red: 220, green: 20, blue: 20)

    private func paint(_ rectangle: PixelRectangle, _ label: String = "") -> PixelBuffer {
        let grey = PixelBuffer(width: 200, height: 100, filledWith: .padding)
        return BoxPainter().paint([.init(rectangle: rectangle, label: label, color: red)], on: grey)
    }

    @Test func `a box is its outline, the inside stays`() {
        let picture = paint(PixelRectangle(x: 50, y: 40, width: 30, height: 20))
        #expect(picture[50, 40] == red && picture[79, 59] == red && picture[65, 40] == red)
        #expect(picture[65, 50] == .padding && picture[49, 39] == .padding)
    }

    @Test func `a label stands above the box in letters that can be told from it`() {
        let picture = paint(PixelRectangle(x: 50, y: 40, width: 30, height: 20), "no mask 97%")
        let letters = (0..<200).flatMap { x in (0..<40).map { picture[x, $0] } }
        #expect(letters.contains(.white) && letters.contains(red))
    }

    @Test(arguments: [
        PixelRectangle(x: -50, y: -50, width: 500, height: 500), PixelRectangle(x: 190, y: 95, width: 90, height: 90),
        PixelRectangle(x: 400, y: 400, width: 5, height: 5), PixelRectangle(x: 10, y: 10, width: 0, height: 0),
    ])
    func `what reaches outside is cut off`(rectangle: PixelRectangle) {
        #expect(paint(rectangle, "label ✓").width == 200)
    }

    @Test func `JPEG and PNG come back as they were written`() throws {
        let picture = paint(PixelRectangle(x: 50, y: 40, width: 30, height: 20), "x")
        #expect(largestDifference(try PictureDecoder().decode(PictureEncoder.png(picture)), picture) == 0)
        #expect(try PictureDecoder().decode(PictureEncoder.jpeg(picture)).width == 200)
    }
}
