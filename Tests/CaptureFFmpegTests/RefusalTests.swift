import Capture
import CaptureFFmpeg
import Domain
import Foundation
import Imaging
import Logging
import ServiceLifecycle
import TestSupport
import Testing

@Suite("Cameras that refuse or misbehave")
struct RefusalTests {
    private let source = FFmpegFrameSource(pool: BlockingPool(label: "decode", width: 2), logger: .silent)

    @Test(
        "say why",
        arguments: [
            ("401 Unauthorized", .unauthorized), ("403 Forbidden", .unauthorized), ("404 Not Found", .notFound),
            ("453 Not Enough Bandwidth", .busy), ("400 Bad Request", .refused), ("461 Unsupported Transport", .refused),
            ("500 Internal Server Error", .refused), ("503 Service Unavailable", .busy),
        ] as [(String, CameraFailure.Code)])
    func status(status: String, code: CameraFailure.Code) async throws {
        let server = try ScriptedServer.rtsp(status: status)
        #expect(try await failure(of: "rtsp://127.0.0.1:\(server.port)/stream") == code)
    }

    @Test("are given up when they accept and say nothing")
    func silence() async throws {
        let server = try ScriptedServer { connection in while try connection.read() != nil {} }
        #expect(try await failure(of: "rtsp://127.0.0.1:\(server.port)/stream") == .timeout)
    }

    @Test("are refused when they answer garbage")
    func garbage() async throws {
        let server = try ScriptedServer { connection in
            _ = try connection.read()
            try connection.write(String(repeating: "garbage \r\n", count: 1000))
        }
        let code = try await failure(of: "rtsp://127.0.0.1:\(server.port)/stream")
        #expect([.refused, .connectionLost, .timeout].contains(code))
    }

    @Test("are refused when nothing listens there, and when the name does not exist")
    func nobody() async throws {
        let port = try LoopbackListener().port
        #expect(try await failure(of: "rtsp://127.0.0.1:\(port)/stream") == .connectionRefused)
        #expect(try await failure(of: "rtsp://no-such-camera.invalid/stream") == .hostUnknown)
    }

    @Test("are not reached where the policy says no, also by a redirect, and never tell what is there")
    func policy() async throws {
        let guarded = FFmpegFrameSource(
            pool: BlockingPool(label: "decode", width: 1), resolver: HostResolver { $0 != "127.0.0.2" },
            logger: .silent)
        #expect(
            try await failure(of: "rtsp://127.0.0.2:\(try LoopbackListener().port)/a", guarded) == .addressNotAllowed)
        let target = try ScriptedServer.rtsp(status: "404 Not Found")
        for location in ["rtsp://127.0.0.2:\(target.port)/b", "http://127.0.0.1:\(target.port)/", "file:///etc/passwd"]
        {
            let redirecting = try ScriptedServer.rtsp(status: "302 Found", headers: "Location: \(location)\r\n")
            let code = try await failure(of: "rtsp://127.0.0.1:\(redirecting.port)/a", guarded)
            #expect([.addressNotAllowed, .refused].contains(code), "\(location)")
        }
        #expect(target.requests.isEmpty)
    }

    @Test("may redirect to an allowed camera, which does not get the password of another host")
    func redirect() async throws {
        let target = try ScriptedServer.rtsp(
            status: "401 Unauthorized", headers: "WWW-Authenticate: Basic realm=\"camera\"\r\n", host: 3)
        let redirecting = try ScriptedServer.rtsp(
            status: "302 Found", headers: "Location: rtsp://127.0.0.3:\(target.port)/b\r\n")
        let camera = CameraSource(
            address: "rtsp://127.0.0.1:\(redirecting.port)/a", username: "viewer", password: Secret("s3cr3t-redirect"))
        #expect(try await failure(of: camera, source) == .unauthorized)
        #expect(!target.requests.isEmpty)
        #expect(!target.requests.joined().contains("Authorization: Basic"))
    }

    @Test("are refused for an address that is none or may not be used")
    func addresses() async throws {
        for address in [
            "", "rtsp://", "camera", "rtsp://a b/", "rtsp://host:0/", "rtsp://host:99999/", "rtsp://h/\n",
            "rtsp://user:pw@host/", "exec:ls", "concat:a|b", "pipe:0", "data:text/plain,a", "rtsp://[::1/",
            "ftp://host/a", "rtsp://" + String(repeating: "a", count: 3000),
        ] {
            #expect(try await failure(of: address) == .addressInvalid, "\(address)")
        }
        #expect(try await failure(of: "file:///etc/passwd") == .addressNotAllowed)
    }

    private func failure(of address: String, _ source: FFmpegFrameSource? = nil) async throws -> CameraFailure.Code? {
        try await failure(of: CameraSource(address: address), source ?? self.source)
    }

    /// The code of the failure, after checking that its sentence gives nothing away.
    private func failure(of camera: CameraSource, _ source: FFmpegFrameSource) async throws -> CameraFailure.Code? {
        var limits = CaptureLimits()
        limits.connect = 2
        do {
            _ = try await source.probe(camera, limits: limits)
            return nil
        } catch let failure as CameraFailure {
            #expect(!failure.message.contains("127.0.0.") && !failure.message.contains("s3cr3t"))
            #expect(failure.message.hasSuffix("."))
            return failure.code
        }
    }
}

@Suite("HTTP cameras")
struct HTTPCameraTests {
    private let source = FFmpegFrameSource(pool: BlockingPool(label: "decode", width: 2), logger: .silent)

    @Test("give the parts of an MJPEG stream")
    func multipart() async throws {
        let jpeg = try JPEGEncoder().encode(SyntheticPicture.scene())
        let server = try ScriptedServer { connection in
            _ = try connection.read()
            try connection.write("HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=next\r\n\r\n")
            while true {
                try connection.write("--next\r\nContent-Type: image/jpeg\r\nContent-Length: \(jpeg.count)\r\n\r\n")
                try connection.write(jpeg + Data("\r\n".utf8))
                usleep(50_000)
            }
        }
        try await expectPictures(from: "http://127.0.0.1:\(server.port)/video")
    }

    @Test("give a still picture anew whenever one is wanted")
    func still() async throws {
        let jpeg = try JPEGEncoder().encode(SyntheticPicture.scene())
        let server = try ScriptedServer { connection in
            _ = try connection.read()
            try connection.write(
                "HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: \(jpeg.count)\r\nConnection: close\r\n\r\n"
            )
            try connection.write(jpeg)
        }
        try await expectPictures(from: "http://127.0.0.1:\(server.port)/still.jpg")
        #expect(server.requests.count >= 3)
        #expect(server.requests.allSatisfy { $0.contains("Host: 127.0.0.1:\(server.port)") })
    }

    @Test("are not followed elsewhere")
    func redirect() async throws {
        let target = try ScriptedServer.rtsp(status: "404 Not Found")
        let server = try ScriptedServer { connection in
            _ = try connection.read()
            try connection.write(
                "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:\(target.port)/\r\nContent-Length: 0\r\n\r\n")
        }
        await #expect(throws: CameraFailure.self) {
            try await source.probe(
                CameraSource(address: "http://127.0.0.1:\(server.port)/a"), limits: CaptureLimits())
        }
        #expect(target.requests.isEmpty)
    }

    private func expectPictures(from address: String) async throws {
        let session = try await source.open(CameraSource(address: address), limits: CaptureLimits())
        var times: [Double] = []
        for _ in 0..<3 {
            let frame = try await session.frame(maximumAge: 5)
            #expect(frame.image.width == 320 && frame.image.height == 180)
            times.append(frame.capturedAt)
        }
        #expect(times == times.sorted() && Set(times).count == 3)
        await session.close()
    }
}
