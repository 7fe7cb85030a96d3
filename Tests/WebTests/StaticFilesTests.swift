import Foundation
import HTTPTypes
import TestSupport
import Testing

@testable import Web

/// FAULTS.md X4 and X6.
@Suite("The files of the pages", .timeLimit(.minutes(10)))
struct StaticFilesTests {
    @Test("the page and everything it names is served with its type")
    func page() async throws {
        let stranger = try await WebFixture().stranger()
        let page = try await stranger.get("/")
        #expect(page.response.headers["Content-Type"] == "text/html; charset=utf-8")
        let named = page.text.matches(of: #/(?:src|href)="(/assets/[^"]+)"/#).map { String($0.output.1) }
        #expect(named.count > 2)
        for path in named + StaticFiles.vendor.keys.map({ "/assets/\($0)" }) {
            let file = try await stranger.get(path)
            #expect(file.status == .ok, "\(path)")
            #expect(file.body.count > 0)
            let type = file.response.headers["Content-Type"] ?? ""
            if path.hasSuffix(".js") { #expect(type.hasPrefix("text/javascript")) }
            if path.hasSuffix(".css") { #expect(type.hasPrefix("text/css")) }
        }
    }

    @Test("the page has nothing that its policy would refuse")
    func policy() async throws {
        let page = try await WebFixture().stranger().get("/").text
        #expect(page.matches(of: #/<script(?![^>]*\bsrc=)[^>]*>/#).isEmpty)
        #expect(page.matches(of: #/\son\w+=|style=|javascript:|https?:\/\//#).isEmpty)
        #expect(!SecurityHeaders.contentSecurityPolicy.contains("unsafe"))
    }

    @Test("a file that has not changed is not sent again")
    func entityTag() async throws {
        let stranger = try await WebFixture().stranger()
        let first = try await stranger.get("/")
        let tag = try #require(first.response.headers["ETag"])
        let again = try await stranger.send(.get, "/", body: Data(), type: nil, headers: ["If-None-Match": tag])
        #expect(again.status == .notModified)
        #expect(again.body.isEmpty)
        let other = try await stranger.send(.get, "/", body: Data(), type: nil, headers: ["If-None-Match": "\"x\""])
        #expect(other.status == .ok)
    }

    @Test(
        "no other file of the machine can be asked for",
        arguments: [
            "../index.html", "..%2findex.html", "%2e%2e/%2e%2e/etc/passwd", "/etc/passwd", "vendor/../index.html",
            "index.html%00.js", "vendor", "", "pages/", "INDEX.HTML", "vendor/bootstrap.min.css.map",
        ])
    func traversal(_ name: String) async throws {
        let stranger = try await WebFixture().stranger()
        // A path that climbs is no request at all: the listener answers 400 before any route sees it.
        guard let answer = try? await stranger.get("/assets/\(name)") else { return }
        #expect(answer.status == .notFound)
    }

    @Test("a missing page, a missing vendor file or an unknown kind of file stops the start")
    func folder() throws {
        let scratch = try ScratchDirectory()
        #expect(throws: StaticFilesError.self) { try StaticFiles(folder: scratch.url, vendor: [:]) }
        try Data("<html>".utf8).write(to: scratch.url.appending(path: "index.html"))
        _ = try StaticFiles(folder: scratch.url, vendor: [:])
        #expect(throws: StaticFilesError.self) { try StaticFiles(folder: scratch.url, vendor: ["a.js": "/nothing.js"]) }
        try Data().write(to: scratch.url.appending(path: "run.sh"))
        #expect(throws: StaticFilesError.self) { try StaticFiles(folder: scratch.url, vendor: [:]) }
    }
}
