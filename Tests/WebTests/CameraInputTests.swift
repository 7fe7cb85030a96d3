import Domain
import Foundation
import HTTPTypes
import Testing

@testable import Web

/// FAULTS.md B1 and B2.
@Suite("What is taken as a camera")
struct CameraInputTests {
    private func read(
        _ source: JSONValue, name: JSONValue = "Door", sampling: JSONValue? = nil, stored: Camera? = nil,
        allowsFiles: Bool = false
    ) throws -> CameraInput {
        var fields: [String: JSONValue] = ["name": name, "source": source]
        fields["sampling"] = sampling
        var reader = FieldReader(fields)
        let input = CameraInput(
            &reader, stored: stored, sites: [], rules: AddressRules(policy: AddressPolicy(), allowsFiles: allowsFiles))
        try reader.finish()
        return input
    }

    private func wrongFields(_ body: () throws -> CameraInput) -> [String] {
        do {
            _ = try body()
            return []
        } catch { return (error as? Problem)?.errors.map(\.field) ?? ["\(error)"] }
    }

    @Test(
        "an address is taken as it is",
        arguments: [
            "rtsp://10.0.0.1/stream", "rtsps://camera.local:8322/a?channel=1&subtype=0",
            "http://[2001:db8::1]:81/mjpeg",
            "https://cam-1.example.org/still.jpg", "rtsp://10.0.0.1:554", "rtsp://10.0.0.1/%20",
        ])
    func addresses(_ address: String) throws {
        #expect(try read(["address": .string(address)]).source.address == address)
    }

    @Test(
        "an address that is none is refused at its field",
        arguments: [
            "", " ", "rtsp://", "rtsp:///path", "rtsp://:554/", "rtsp://host:99999/", "rtsp://host:0/",
            "rtsp://host:-1/", "rtsp://host:1a/", "rtsp://ho st/", "rtsp://host/a b", "rtsp://host/\na",
            "rtsp://host/\0",
            "rtsp://host/\u{202E}gpj", "rtsp://höst/", "rtsp://[::1/", "host/stream", "//host/", "rtsp:/host",
            "file:///etc/passwd", "concat:a|b", "exec:id", "pipe:0", "data:text/plain,x", "-i http://host/",
            "ftp://host/", "javascript:alert(1)", "rtsp://host/$(id)`id`", "rtsp://host\\@evil/", "unix:///tmp/s",
            "subfile,,start,0,end,9,,:rtsp://host/", "rtmp://host/", "tcp://host:1",
        ])
    func refused(_ address: String) {
        #expect(wrongFields { try read(["address": .string(address)]) } == ["source.address"])
    }

    /// FAULTS.md B3. Names are resolved and checked by what connects.
    @Test(
        "a number that stands for a network which is closed is refused, however it is written",
        arguments: [
            "169.254.169.254", "0.0.0.0", "0", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "[fe80::1]",
            "[::ffff:169.254.169.254]", "224.0.0.1", "[::]",
        ])
    func closedNetworks(_ host: String) {
        for scheme in ["rtsp", "http"] {
            #expect(wrongFields { try read(["address": .string("\(scheme)://\(host)/")]) } == ["source.address"])
        }
    }

    @Test("an address of 10 kB is refused")
    func long() {
        let address = "rtsp://host/" + String(repeating: "a", count: 10_000)
        #expect(wrongFields { try read(["address": .string(address)]) } == ["source.address"])
    }

    @Test("a file is a camera only where that is allowed")
    func files() throws {
        #expect(wrongFields { try read(["address": "file:///video.mp4"]) } == ["source.address"])
        #expect(try read(["address": "file:///video.mp4"], allowsFiles: true).source.address == "file:///video.mp4")
    }

    @Test("a pasted user name and password move into their own fields")
    func userInformation() throws {
        let source = try read(["address": "rtsp://admin:p%40ss%3A%2Fw@10.0.0.1/a"]).source
        #expect(source.address == "rtsp://10.0.0.1/a")
        #expect(source.username == "admin")
        #expect(source.password?.reveal() == "p@ss:/w")
        let raw = try read(["address": "rtsp://admin:a@b:c@10.0.0.1/a"]).source
        #expect(raw.address == "rtsp://10.0.0.1/a")
        #expect(raw.password?.reveal() == "a@b:c")
        let only = try read(["address": "rtsp://admin@10.0.0.1/a", "password": "own"]).source
        #expect(only.username == "admin")
        #expect(only.password?.reveal() == "own")
    }

    @Test("a pasted password that hides control characters is refused")
    func userInformationControl() {
        #expect(wrongFields { try read(["address": "rtsp://a:b%0d%0aX@10.0.0.1/"]) } == ["source.address"])
        #expect(wrongFields { try read(["address": "rtsp://a:b%zz@10.0.0.1/"]) } == ["source.address"])
    }

    @Test("a password that is left out stays, null or empty removes it")
    func password() throws {
        let stored = Camera(
            name: "Door",
            source: CameraSource(address: "rtsp://10.0.0.1/a", username: "u", password: Secret("kept")))
        let same = try read(["address": "rtsp://10.0.0.1:554/b"], stored: stored).source
        #expect(same.password?.reveal() == "kept")
        #expect(same.username == "u")
        for empty: JSONValue in [.null, ""] {
            let none = try read(["address": "rtsp://10.0.0.1/a", "password": empty], stored: stored).source
            #expect(none.password == nil)
        }
        let new = try read(["address": "rtsp://10.0.0.1/a", "password": "new"], stored: stored).source
        #expect(new.password?.reveal() == "new")
    }

    @Test("a stored password does not go to another server")
    func otherServer() throws {
        let stored = Camera(
            name: "Door", source: CameraSource(address: "rtsp://10.0.0.1/a", password: Secret("kept")))
        for address in ["rtsp://10.0.0.2/a", "rtsp://10.0.0.1:8554/a", "http://10.0.0.1/a"] {
            #expect(wrongFields { try read(["address": .string(address)], stored: stored) } == ["source.password"])
        }
        let typed = try read(["address": "rtsp://10.0.0.2/a", "password": "again"], stored: stored).source
        #expect(typed.password?.reveal() == "again")
    }

    @Test("every field that is wrong is named, and those that do not exist")
    func everything() {
        let fields = wrongFields {
            try read(
                ["address": "x", "transport": "carrier pigeon", "user": "a", "password": 5],
                name: .string(String(repeating: "n", count: 81)),
                sampling: ["every": 0.1, "shots": 2.5, "spacing": "a", "mode": "never"])
        }
        #expect(
            Set(fields) == [
                "name", "source.address", "source.transport", "source.user", "source.password", "sampling.every",
                "sampling.shots", "sampling.spacing", "sampling.mode",
            ])
    }

    @Test("a burst must fit before the next one")
    func burst() {
        let sampling: JSONValue = ["every": 1, "shots": 3, "spacing": 0.5]
        #expect(wrongFields { try read(["address": "rtsp://h/"], sampling: sampling) } == ["sampling.spacing"])
    }

    @Test(
        "a name is one readable line",
        arguments: ["", "   ", "a\nb", "a\u{0}b", "a\u{1B}[31m", "a\u{202E}b", "a\u{2028}b"])
    func names(_ name: String) {
        #expect(wrongFields { try read(["address": "rtsp://h/"], name: .string(name)) } == ["name"])
    }

    @Test("a name may be in any script, and is trimmed and composed")
    func composedNames() throws {
        #expect(try read(["address": "rtsp://h/"], name: "  Cafe\u{301} 入口 👨‍👩‍👧 ").name == "Café 入口 👨‍👩‍👧")
        #expect(try read(["address": "rtsp://h/"], name: "<img src=x onerror=alert(1)>").name.hasPrefix("<img"))
    }
}
