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

    @Test(
        "end the session when they fall silent, reset the connection or lose power",
        arguments: ["stall", "reset", "power"])
    func ends(how: String) async throws {
        let cameras = try Self.cameras()
        var limits = CaptureLimits()
        limits.read = 1.5
        let session = try await source.open(CameraSource(address: try cameras.address(of: "test")), limits: limits)
        _ = try await session.frame(maximumAge: 5)
        switch how {
        case "stall": try cameras.set(#"{"stall": true}"#, on: "test")
        case "reset": try cameras.reset("test")
        default: cameras.pause()
        }
        let failure = await #expect(throws: CameraFailure.self) {
            while true {
                do { _ = try await session.frame(maximumAge: 0.5) } catch let failure as CameraFailure
                    where [.corrupt, .noKeyFrame].contains(failure.code)
                {
                    // The last picture before the end came in part, or late: the session goes on.
                }
            }
        }
        #expect(failure?.code == (how == "reset" ? .connectionLost : .timeout))
        cameras.resume()
        await session.close()
    }

    @Test("give no picture without a key frame")
    func noKeyFrame() async throws {
        let cameras = try Self.cameras(["faults": ["no_key_frame": 60]])
        var limits = CaptureLimits()
        limits.keyFrame = 2
        let session = try await source.open(CameraSource(address: try cameras.address(of: "test")), limits: limits)
        let failure = await #expect(throws: CameraFailure.self) { try await session.frame(maximumAge: 60) }
        #expect(failure?.code == .noKeyFrame)
        await session.close()
    }

    @Test("may change their picture size while they run")
    func sizeChange() async throws {
        let cameras = try Self.cameras()
        let session = try await source.open(
            CameraSource(address: try cameras.address(of: "test")), limits: CaptureLimits())
        #expect(try await session.frame(maximumAge: 5).image.width == 640)
        try cameras.set(#"{"size": "320x240"}"#, on: "test")
        var width = 640
        for _ in 0..<20 where width != 320 { width = try await session.frame(maximumAge: 1).image.width }
        #expect(width == 320)
        #expect(await session.stream.width == 320)
        await session.close()
    }

    @Test("are refused when their pictures are larger than allowed")
    func pixelLimit() async throws {
        let cameras = try Self.cameras()
        var limits = CaptureLimits()
        limits.maximumPixels = 640 * 360 - 1
        let failure = await #expect(throws: CameraFailure.self) {
            try await source.probe(CameraSource(address: try cameras.address(of: "test")), limits: limits)
        }
        #expect(failure?.code == .pictureTooLarge)
    }

    @Test(
        "never give a picture that lost packets damaged", arguments: ["h264", "h265"], CameraSource.Transport.allCases)
    func loss(codec: String, transport: CameraSource.Transport) async throws {
        let cameras = try Self.cameras(["codec": codec, "source": try TestVideo.still()])
        let camera = CameraSource(address: try cameras.address(of: "test"), transport: transport)
        let clean = try await source.probe(camera, limits: CaptureLimits()).frame.image
        try cameras.set(#"{"drop": 0.03}"#, on: "test")
        let session = try await source.open(camera, limits: CaptureLimits())
        var good = 0
        for _ in 0..<15 {
            do {
                let image = try await session.frame(maximumAge: 0.3).image
                #expect(image.largestBlockDifference(to: clean) < 8)
                good += 1
            } catch let failure as CameraFailure { #expect([.corrupt, .noKeyFrame].contains(failure.code)) }
        }
        #expect(good > 0)
        await session.close()
    }

    @Test("are refused while their bits are damaged", arguments: ["h264", "h265"])
    func damage(codec: String) async throws {
        let cameras = try Self.cameras(["codec": codec, "faults": ["corrupt": 0.5]])
        let session = try await source.open(
            CameraSource(address: try cameras.address(of: "test"), transport: .udp), limits: CaptureLimits())
        var refused = 0
        for _ in 0..<12 {
            do { _ = try await session.frame(maximumAge: 0.3) } catch let failure as CameraFailure {
                #expect([.corrupt, .noKeyFrame].contains(failure.code))
                refused += 1
            }
        }
        #expect(refused > 0)
        await session.close()
    }

    @Test("are told goodbye, and leave no thread or descriptor behind")
    func noLeaks() async throws {
        let cameras = try Self.cameras()
        let camera = CameraSource(address: try cameras.address(of: "test"))
        for _ in 0..<5 { _ = try await source.probe(camera, limits: CaptureLimits()) }
        let descriptors = openDescriptors()
        let threads = Self.threads()
        for _ in 0..<50 { _ = try await source.probe(camera, limits: CaptureLimits()) }
        #expect(await eventually { openDescriptors() <= descriptors + 2 })
        #expect(await eventually { Self.threads() <= threads + 4 })
        #expect(await eventually { (try? cameras.description(of: "test")["sessions"] as? Int) == 0 })
    }

    private static func threads() -> Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count) ?? -1
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
