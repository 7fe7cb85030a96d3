import Foundation
import HTTPTypes
import Testing

@Suite("HTTP types")
struct HTTPTypesTests {
    @Test("header names compare without regard to case")
    func headerNames() {
        var headers: HTTPHeaders = ["Content-Type": "a", "Set-Cookie": "1"]
        headers.add("set-cookie", "2")
        #expect(headers["CONTENT-TYPE"] == "a")
        #expect(headers.values(of: "Set-Cookie") == ["1", "2"])
        headers["content-type"] = nil
        #expect(headers["Content-Type"] == nil)
    }

    @Test("no value can start a header of its own", arguments: ["a\r\nX-Evil: 1", "a\nX-Evil: 1", "a\rX", "a\u{0}b"])
    func injection(_ value: String) {
        let headers: HTTPHeaders = ["Location": value]
        #expect(headers["Location"]?.utf8.allSatisfy { $0 >= 0x20 } == true)
    }

    @Test("finds a cookie among others, whole names only")
    func cookies() {
        let headers: HTTPHeaders = ["Cookie": "xa=1; a=two=2;b=", "cookie": "c=3"]
        #expect(headers.cookie("a") == "two=2")
        #expect(headers.cookie("b") == "")
        #expect(headers.cookie("c") == "3")
        #expect(headers.cookie("x") == nil)
    }

    @Test("percent-encoding goes there and back", arguments: ["", "a b", "é/%", "100%", "~-._", "\u{1F600}"])
    func percentEncoding(_ text: String) {
        let encoded = PercentEncoding.encode(text)
        #expect(encoded.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
        #expect(PercentEncoding.decode(encoded) == text)
    }

    @Test("refuses wrong percent-encoding", arguments: ["%", "%4", "%zz", "%C3", "%ff", "a%"])
    func wrongEncoding(_ text: String) {
        #expect(PercentEncoding.decode(text) == nil)
    }

    @Test("a line break in the data of an event does not end the event")
    func events() {
        let text = String(decoding: ServerSentEvent.encode(event: "change", data: "a\nb\r\n\nc"), as: UTF8.self)
        #expect(text == "event: change\ndata: a\ndata: b\ndata: c\n\n")
        #expect(String(decoding: ServerSentEvent.encode(event: "x", data: ""), as: UTF8.self) == "event: x\ndata:\n\n")
    }
}
