import Domain
import Foundation
import Imaging

/// One picture with its mistakes drawn on it. The boxes are SVG over the picture, so they stay sharp and follow the colours of
/// the page.
struct WorstFigure {
    private let picture: WorstPictures.Picture
    private let jpeg: Data

    /// - Throws: `PictureError` if the picture cannot be read again.
    init(_ picture: WorstPictures.Picture, _ longestSide: Int, _ quality: Int) throws(PictureError) {
        self.picture = picture
        let pixels = try PictureDecoder().decode(contentsOf: picture.file)
        let scale = min(1, Double(longestSide) / Double(max(pixels.width, pixels.height)))
        let small =
            scale == 1
            ? pixels
            : Resampler.scale(
                pixels, toWidth: max(1, Int(Double(pixels.width) * scale)),
                height: max(1, Int(Double(pixels.height) * scale)))
        jpeg = try PictureEncoder.jpeg(small, quality: quality)
    }

    func html() -> String {
        let kinds: [(WorstPictures.Picture.Kind, String)] = [
            (.missed, "missed"), (.extra, "not annotated"), (.misjudged, "misjudged"), (.found, "right"),
        ]
        let counts = kinds.filter { picture.count($0.0) > 0 }.map { "\(picture.count($0.0)) \($0.1)" }
        return """
            <figure><svg viewBox="0 0 \(picture.width) \(picture.height)" role="img" aria-label="\(Markup.escape(counts.joined(separator: ", ")))">
            <image width="\(picture.width)" height="\(picture.height)" href="data:image/jpeg;base64,\(jpeg.base64EncodedString())"/>
            \(picture.marks.map(box).joined(separator: "\n"))</svg>
            <figcaption><span class="file">\(Markup.escape(picture.name))</span> \(counts.joined(separator: ", "))</figcaption></figure>
            """
    }

    private func box(_ mark: WorstPictures.Picture.Mark) -> String {
        let numbers = [mark.box.x, mark.box.y, mark.box.width, mark.box.height].map { Markup.fixed(Double($0), 1) }
        return """
            <rect class="mark \(mark.kind.rawValue)" x="\(numbers[0])" y="\(numbers[1])" width="\(numbers[2])" height="\(numbers[3])">\
            <title>\(Markup.escape(mark.label))</title></rect>
            """
    }
}
