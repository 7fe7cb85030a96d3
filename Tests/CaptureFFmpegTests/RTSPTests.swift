import Capture
import CaptureFFmpeg
import Domain
import Foundation
import Imaging
import Logging
import ServiceLifecycle
import TestSupport
import Testing

@Suite("RTSP cameras", .enabled(if: SimulatedCameras.areInstalled, SimulatedCameras.hint), .serialized)
struct RTSPTests {
    private let source = FFmpegFrameSource(pool: BlockingPool(label: "decode", width: 2), logger: .silent)

    private static func cameras(_ more: [String: any Sendable] = [:]) throws -> SimulatedCameras {
        let base: [String: any Sendable] = [
            "name": "test", "source": try TestVideo.path(), "size": "640x360", "fps": 15, "gop": 15,
        ]
        return try SimulatedCameras([base.merging(more) { $1 }])
    }

    @Test("give pictures over every transport and codec", arguments: ["h264", "h265"], CameraSource.Transport.allCases)
    func pictures(codec: String, transport: CameraSource.Transport) async throws {
        let cameras = try Self.cameras(["codec": codec])
        let camera = CameraSource(address: try cameras.address(of: "test"), transport: transport)
        let result = try await source.probe(camera, limits: CaptureLimits())
        #expect(result.stream.codec == (codec == "h264" ? "h264" : "hevc"))
        #expect(result.frame.image.width == 640 && result.frame.image.height == 360)
        #expect(result.stream.width == 640 && result.stream.height == 360)
    }

    @Test("are refused with their reason when the password is wrong, and open with the right one")
    func password() async throws {
        let cameras = try Self.cameras(["user": "viewer", "password": "p@ss:w/rd %41"])
        var camera = CameraSource(address: try cameras.address(of: "test"), username: "viewer", password: Secret("no"))
        await #expect(throws: CameraFailure.self) { try await source.probe(camera, limits: CaptureLimits()) }
        camera.password = Secret("p@ss:w/rd %41")
        let result = try await source.probe(camera, limits: CaptureLimits())
        #expect(result.frame.image.width == 640)
    }
}
