package import Domain
package import Foundation
package import Imaging

/// Draws what was seen onto the picture in which it was seen.
package enum EvidencePicture {
    /// Longest side in pixels of a picture that travels with a message: enough to recognise a face on a phone, and far below
    /// what any service takes.
    static let longestSide = 1280

    /// Decodes, scales down, draws and encodes again, some ten milliseconds.
    /// - Parameter observation: what was seen in the picture; its boxes are in pixels of the picture as it was taken.
    /// - Throws: `PictureError`.
    @concurrent
    package static func make(_ jpeg: Data, _ observation: Observation) async throws -> Data {
        let decoded = try PictureDecoder().decode(jpeg, shortestUseful: longestSide)
        let picture = scaled(decoded)
        let scale = Float(picture.width) / Float(max(1, observation.width))
        return try PictureEncoder.jpeg(
            BoxPainter().paint(marks(observation.faces, scale: scale), on: picture), quality: 85)
    }

    /// Boxes with words and colours by mask state.
    /// - Parameter scale: from the pixels of the boxes to those of the picture that is drawn on.
    package static func marks(_ faces: [Face], scale: Float = 1) -> [BoxPainter.Mark] {
        faces.map { face in
            let sides = [face.box.x, face.box.y, face.box.width, face.box.height].map { Int(($0 * scale).rounded()) }
            let label = "\(label(face.mask)) \(Int((face.maskScore * 100).rounded()))%"
            return BoxPainter.Mark(
                rectangle: PixelRectangle(x: sides[0], y: sides[1], width: sides[2], height: sides[3]), label: label,
                color: color(face.mask))
        }
    }

    /// For test messages: a grey picture that says so.
    static func example() throws -> Data {
        let canvas = PixelBuffer(width: 640, height: 360, filledWith: Color(red: 60, green: 68, blue: 80))
        let mark = BoxPainter.Mark(
            rectangle: PixelRectangle(x: 240, y: 100, width: 160, height: 180), label: "Maskwatch test picture",
            color: Color(red: 34, green: 160, blue: 90))
        return try PictureEncoder.jpeg(BoxPainter().paint([mark], on: canvas))
    }

    private static func scaled(_ picture: PixelBuffer) -> PixelBuffer {
        let longest = max(picture.width, picture.height)
        guard longest > longestSide else { return picture }
        return Resampler.scale(
            picture, toWidth: max(1, picture.width * longestSide / longest),
            height: max(1, picture.height * longestSide / longest))
    }

    private static func label(_ state: MaskState) -> String {
        switch state {
        case .wornCorrectly: "mask"
        case .wornIncorrectly: "worn wrongly"
        case .without: "no mask"
        case .unknown: "unknown"
        }
    }

    /// The colours of the web pages.
    static func color(_ state: MaskState) -> Color {
        switch state {
        case .wornCorrectly: Color(red: 34, green: 160, blue: 90)
        case .wornIncorrectly: Color(red: 230, green: 140, blue: 20)
        case .without: Color(red: 215, green: 45, blue: 60)
        case .unknown: Color(red: 120, green: 130, blue: 145)
        }
    }
}
