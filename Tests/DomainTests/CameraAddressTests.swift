import Domain
import Testing

@Suite("Camera addresses")
struct CameraAddressTests {
    @Test(
        "keep their parts",
        arguments: [
            ("rtsp://camera/stream", "camera", nil, "/stream"),
            ("RTSP://10.0.0.1:8554/a?b=c#d", "10.0.0.1", 8554, "/a?b=c"),
            ("rtsps://[fe80::1]:322", "fe80::1", 322, ""),
            ("http://camera?still", "camera", nil, "/?still"),
        ] as [(String, String, Int?, String)])
    func parts(text: String, host: String, port: Int?, path: String) throws {
        let address = try CameraAddress(text)
        #expect(address.host == host && address.port == port && address.path == path)
    }

    @Test("are written with the number in place of the name, and with brackets where needed")
    func writing() throws {
        let address = try CameraAddress("rtsp://camera:8554/a")
        #expect(address.text(userInformation: "u:p", host: "::1") == "rtsp://u:p@[::1]:8554/a")
        #expect(try CameraAddress("rtsp://[::1]/a").text() == "rtsp://[::1]/a")
        #expect(address.authority == "camera:8554")
    }

    @Test(
        "are refused when they could mean something else",
        arguments: [
            "rtsp://user@host/", "rtsp://user:pw@host/", "rtsp://host:+1/", "rtsp://host:1a/", "rtsp://ho\"st/",
            "rtsp://host/a b", "rtsp://host/\u{e9}", "rtsp://host/\0", "rtsp:/host", "://host", "rtsp://:554/",
            "file://host/a",
            "rtsp://[::1]x/", "rtsp://a[b/", "-i rtsp://host/",
        ])
    func refused(text: String) {
        #expect(throws: CameraFailure.self) { try CameraAddress(text) }
    }
}
