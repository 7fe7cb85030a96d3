import Capture
import Domain

/// How a camera's source is handed to libav: which address, which options, which protocols.
struct CameraInput: Sendable {
    let address: CameraAddress
    let source: CameraSource
    let limits: CaptureLimits
    let resolver: HostResolver

    /// Whether packets arrive as fast as the camera makes them.
    var isLive: Bool { address.scheme == .rtsp || address.scheme == .rtsps }

    /// Whether the kernel holds back what is not read at once, so that the reader may sleep for a while.
    var isBuffered: Bool { isLive && (source.transport == .tcp || address.scheme == .rtsps) }

    /// Resolves the host and connects. Blocks until the stream is described.
    func open(interrupt: InterruptDeadline) throws(CameraFailure) -> Demuxer {
        interrupt.allow(seconds: limits.connect)
        let text = try resolvedAddress()
        do {
            return try Demuxer(address: text, options: options, interrupt: interrupt, isLive: isLive)
        } catch let error as LibAVError {
            throw error.cameraFailure(while: .connecting)
        } catch let error as CameraFailure {
            throw error
        } catch {
            throw CameraFailure(.other, "The camera cannot be opened.")
        }
    }

    /// With the numeric address in place of the name, except for TLS, whose certificate is made out to the name.
    private func resolvedAddress() throws(CameraFailure) -> String {
        guard !address.host.isEmpty else { return address.path }
        let numeric = try resolver.resolve(address.host)
        let isTLS = address.scheme == .https || address.scheme == .rtsps
        return address.text(userInformation: userInformation, host: isTLS ? nil : numeric)
    }

    private var userInformation: String? {
        guard let username = source.username, !username.isEmpty else { return nil }
        let password = source.password.map { ":" + Self.percentEncoded($0.reveal()) } ?? ""
        return Self.percentEncoded(username) + password
    }

    /// RFC 3986, 2.3: everything but unreserved characters.
    static func percentEncoded(_ text: String) -> String {
        text.utf8.reduce(into: "") { result, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                result.append(Character(Unicode.Scalar(byte)))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result += "%" + (digits.count < 2 ? "0" : "") + digits
            }
        }
    }

    private var options: [String: String] {
        switch address.scheme {
        case .rtsp, .rtsps:
            [
                "protocol_whitelist": address.scheme == .rtsp ? "rtsp,rtp,tcp,udp" : "rtsp,rtsps,rtp,tls,tcp",
                "rtsp_transport": isBuffered ? "tcp" : "udp",
                "allowed_media_types": "video",
                "timeout": String(Int(limits.read * 1e6)),
                "user_agent": "Maskwatch",
            ]
        case .http, .https:
            [
                "protocol_whitelist": address.scheme == .http ? "http,tcp" : "https,tls,tcp",
                "user_agent": "Maskwatch",
                "rw_timeout": String(Int(limits.read * 1e6)),
                "multiple_requests": "0",
            ]
        case .file: ["protocol_whitelist": "file"]
        }
    }
}
