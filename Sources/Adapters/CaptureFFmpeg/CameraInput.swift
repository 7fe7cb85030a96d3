import Capture
import Domain

/// How a camera's source is handed to libav: which address, which options, which protocols.
struct CameraInput: Sendable {
    let address: CameraAddress
    let source: CameraSource
    let limits: CaptureLimits
    let resolver: HostResolver

    /// Whether every picture may be a download of its own.
    var isHTTP: Bool { address.scheme == .http || address.scheme == .https }

    /// Whether packets arrive as fast as the camera makes them.
    var isLive: Bool { address.scheme == .rtsp || address.scheme == .rtsps }

    /// Whether the kernel holds back what is not read at once, so that the reader may sleep for a while.
    var isBuffered: Bool { isLive && (source.transport == .tcp || address.scheme == .rtsps) }

    private static let maximumRedirects = 3

    /// Resolves the host and connects. Blocks until the stream is described.
    func open(deadline: InterruptDeadline) throws(CameraFailure) -> Demuxer {
        deadline.allow(seconds: limits.connect)
        var input = self
        for _ in 0...Self.maximumRedirects {
            do {
                return try input.openOnce(deadline)
            } catch let redirect as CameraRedirect {
                input = try redirected(to: redirect.target)
            } catch let error as LibAVError {
                throw error.cameraFailure(while: .connecting)
            } catch let failure as CameraFailure {
                throw failure
            } catch {
                throw CameraFailure(.other, "The camera cannot be opened.")
            }
        }
        throw CameraFailure(.refused, "The camera redirects in circles. Enter the address that it redirects to.")
    }

    private func openOnce(_ deadline: InterruptDeadline) throws -> Demuxer {
        try Demuxer(address: try resolvedAddress(), options: options, deadline: deadline, isLive: isLive)
    }

    /// The target of a redirect is an address like any other: it must be RTSP, it is resolved and checked by the policy,
    /// and another host than the camera's never gets the camera's password.
    private func redirected(to target: String) throws(CameraFailure) -> CameraInput {
        guard let address = try? CameraAddress(target), address.scheme == .rtsp || address.scheme == .rtsps else {
            throw CameraFailure(.addressNotAllowed, "The camera redirects to an address that is not allowed.")
        }
        var source = source
        if address.host != self.address.host && address.host != (try? resolver.resolve(self.address.host)) {
            source.username = nil
            source.password = nil
        }
        return CameraInput(address: address, source: source, limits: limits, resolver: resolver)
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
                // Over TCP nothing is out of order, but only with a queue does libav say that the camera left packets out.
                "reorder_queue_size": isBuffered ? "2" : "-1",
                "timeout": String(Int(limits.read * 1e6)),
                "user_agent": "Maskwatch",
            ]
        case .http, .https:
            [
                "protocol_whitelist": address.scheme == .http ? "http,tcp" : "https,tls,tcp",
                "user_agent": "Maskwatch",
                "rw_timeout": String(Int(limits.read * 1e6)),
                // libav would follow one without asking the address policy.
                "max_redirects": "0",
                // The address holds the number that was checked; the server may need the name.
                "headers": "Host: \(address.authority)\r\n",
                "tls_verify": limits.acceptsAnyCertificate ? "0" : "1",
                "ca_file": "/etc/ssl/certs/ca-certificates.crt",
            ]
        case .file: ["protocol_whitelist": "file"]
        }
    }
}
