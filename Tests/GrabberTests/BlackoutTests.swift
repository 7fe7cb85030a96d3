import Capture
import Domain
import Foundation
import Imaging
import ServiceLifecycle
import TestSupport
import Testing

@testable import Grabber

/// FAULTS X13: what is blacked out is gone before a picture is stored.
@Suite("Blacked out zones")
struct BlackoutTests {
    private func stored(_ image: YUVImage, _ zones: [Zone]) async throws -> PixelBuffer {
        let taker = PictureTaker(pool: BlockingPool(label: "test", width: 1), encoder: JPEGEncoder(quality: 95))
        let frame = VideoFrame(image: image, capturedAt: 1_800_000_000, isKeyFrame: true)
        guard case .good(let picture) = try await taker.take(frame, covering: zones.blackouts) else {
            throw CameraFailure(.rejected, "the picture was refused")
        }
        return try PictureDecoder().decode(picture.jpeg)
    }

    private func zone(_ kind: Zone.Kind, _ points: [(Double, Double)]) throws -> Zone {
        let polygon = try #require(Polygon(points.map { Polygon.Point(x: $0.0, y: $0.1) }))
        return Zone(name: "a", kind: kind, polygon: polygon)
    }

    @Test("are black in the stored bytes, to their edge, and nothing else is", arguments: [false, true])
    func black(isFullRange: Bool) async throws {
        let scene = SyntheticPicture.scene(isFullRange: isFullRange)
        let triangle = try zone(.blackout, [(0.1, 0.1), (0.6, 0.2), (0.3, 0.9)])
        let ignored = try zone(.ignore, [(0.7, 0.1), (0.95, 0.1), (0.95, 0.5)])
        let plain = try await stored(scene, [])
        let covered = try await stored(scene, [triangle, ignored])
        var inside = 0
        for y in 0..<covered.height {
            for x in 0..<covered.width {
                let middle = Polygon.Point(
                    x: (Double(x) + 0.5) / Double(covered.width), y: (Double(y) + 0.5) / Double(covered.height))
                let pixel = covered[x, y]
                if triangle.polygon.contains(middle) {
                    inside += 1
                    // JPEG rings a little beside an edge; a scene has no pixel as dark as this.
                    #expect(max(pixel.red, pixel.green, pixel.blue) < 48, "\(x), \(y)")
                } else if ignored.polygon.contains(middle) {
                    #expect(abs(Int(pixel.green) - Int(plain[x, y].green)) < 8)
                }
            }
        }
        #expect(inside > 5000)
    }

    @Test("leave the decoder's own picture as it is")
    func copies() throws {
        let scene = SyntheticPicture.scene()
        let copy = scene.covered { _ in [0...1] }
        #expect(copy.largestBlockDifference(to: scene) > 20)
        #expect(scene.largestBlockDifference(to: SyntheticPicture.scene()) == 0)
    }
}
