import Foundation
import Synchronization
import TestSupport

/// A real mail server (aiosmtpd) that keeps what it gets.
final class MailSink: Sendable {
    struct Mail: Decodable, Sendable {
        let from: String
        let to: [String]
        let is_encrypted: Bool
        let user: String?
        let content: Data

        var text: String { String(decoding: content, as: UTF8.self) }
    }

    static let program = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "tools/testing/mail-sink")

    /// Why there is no such server here; nil if there is.
    static let missing: String? = {
        let folder = "/usr/lib/python3/dist-packages/aiosmtpd"
        return FileManager.default.fileExists(atPath: folder)
            ? nil : "python3-aiosmtpd is not installed (scripts/setup test)"
    }()

    private let process = Process()
    private let output = Mutex("")
    let certificate: String
    private let scratch: ScratchDirectory

    /// - Parameter mode: `none`, `starttls` or `tls`; with the latter two it asks for user and password.
    init(_ mode: String) async throws {
        scratch = try ScratchDirectory()
        certificate = scratch.path("certificate.pem")
        let key = scratch.path("key.pem")
        if mode != "none" { try Self.makeCertificate(certificate, key: key) }
        process.executableURL = Self.program
        process.arguments = mode == "none" ? [mode] : [mode, certificate, key]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        pipe.fileHandleForReading.readabilityHandler = { [weak self] handle in
            let data = handle.availableData
            if data.isEmpty { handle.readabilityHandler = nil }
            self?.output.withLock { $0 += String(decoding: data, as: UTF8.self) }
        }
        try process.run()
        _ = await eventually { self.lines.count > 0 }
    }

    // Not SIGTERM, which a child of a dispatch thread has blocked.
    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    private var lines: [Substring] { output.withLock { $0.split(separator: "\n") } }

    var port: Int { lines.first.flatMap { Int($0) } ?? 0 }

    var mails: [Mail] { lines.dropFirst().compactMap { try? JSONDecoder().decode(Mail.self, from: Data($0.utf8)) } }

    /// The first mail, which arrives here a moment after its sender was told so.
    func firstMail() async throws -> Mail? {
        _ = await eventually { !self.mails.isEmpty }
        return mails.first
    }

    private static func makeCertificate(_ certificate: String, key: String) throws {
        let openssl = Process()
        openssl.executableURL = URL(filePath: "/usr/bin/openssl")
        openssl.arguments = [
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2", "-subj",
            "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
        ]
        openssl.standardError = FileHandle.nullDevice
        try openssl.run()
        openssl.waitUntilExit()
    }
}

/// The headers and parts of a mail, read strictly enough to notice what would not arrive.
struct ReadMail {
    struct Part {
        let headers: [String: String]
        let body: Data
    }

    let headers: [String: String]
    private(set) var parts: [String: Part] = [:]

    init(_ text: String) {
        let (head, body) = Self.split(text)
        headers = head
        collect(head, body)
    }

    private mutating func collect(_ headers: [String: String], _ body: String) {
        let type = headers["content-type"] ?? ""
        guard let boundary = type.firstMatch(of: #/boundary="([^"]+)"/#)?.1 else {
            let decoded = Data(base64Encoded: body, options: .ignoreUnknownCharacters) ?? Data()
            parts[String(type.prefix { $0 != ";" })] = Part(headers: headers, body: decoded)
            return
        }
        parts[String(type.prefix { $0 != ";" })] = Part(headers: headers, body: Data())
        for piece in body.components(separatedBy: "--\(boundary)\r\n").dropFirst() {
            let (head, body) = Self.split(piece.components(separatedBy: "\r\n--\(boundary)--")[0])
            collect(head, body)
        }
    }

    private static func split(_ text: String) -> ([String: String], String) {
        guard let blank = text.firstRange(of: "\r\n\r\n") else { return ([:], text) }
        let unfolded = text[..<blank.lowerBound].replacing("\r\n ", with: " ")
        let fields = unfolded.components(separatedBy: "\r\n").compactMap { line -> (String, String)? in
            guard let colon = line.firstRange(of: ": ") else { return nil }
            return (line[..<colon.lowerBound].lowercased(), String(line[colon.upperBound...]))
        }
        return (Dictionary(fields) { first, _ in first + " AND AGAIN" }, String(text[blank.upperBound...]))
    }

    /// RFC 2047, B encoding only.
    func decoded(_ name: String) -> String {
        let words = (headers[name] ?? "").matches(of: #/=\?UTF-8\?B\?([A-Za-z0-9+/=]+)\?=/#)
        return words.map { String(decoding: Data(base64Encoded: String($0.1)) ?? Data(), as: UTF8.self) }.joined()
    }
}
