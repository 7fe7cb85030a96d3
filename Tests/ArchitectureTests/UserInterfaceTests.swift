import Foundation
import Testing

/// What can be read in the files of the user interface without a browser.
@Suite("The user interface")
struct UserInterfaceTests {
    private struct File: CustomTestStringConvertible, Sendable {
        /// Relative to the folder of the user interface.
        let path: String
        let text: String

        var testDescription: String { path }
    }

    private static let folder = SourceTree.root.appending(path: "Sources/Pipeline/Web/UI")

    private static let files: [File] = {
        let paths = FileManager.default.enumerator(atPath: folder.path)?.allObjects ?? []
        return paths.compactMap { $0 as? String }.sorted().compactMap { path in
            let text = try? String(contentsOf: folder.appending(path: path), encoding: .utf8)
            return text.map { File(path: path, text: $0) }
        }
    }()

    private static var scripts: [File] { files.filter { $0.path.hasSuffix(".js") } }
    private static var pages: [File] { scripts.filter { !$0.path.hasPrefix("text/") } }

    private static func captures(_ pattern: String, in text: String) throws -> [String] {
        try text.matches(of: Regex(pattern, as: (Substring, Substring).self)).map { String($0.output.1) }
    }

    @Test("is found")
    func found() {
        #expect(Self.scripts.count > 50)
        #expect(Self.files.contains { $0.path == "index.html" })
    }

    @Test("never makes HTML or code of data", arguments: scripts)
    private func noMarkup(_ script: File) {
        let dangers = [
            "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "createContextualFragment", "DOMParser",
            "srcdoc", "eval(", "new Function", "setAttribute('style'",
        ]
        for danger in dangers { #expect(!script.text.contains(danger), "\(script.path) uses \(danger)") }
    }

    @Test("has no script and no style inside its page, which the content security policy would refuse")
    func page() throws {
        let page = try #require(Self.files.first { $0.path == "index.html" }).text
        #expect(!page.contains("<style") && !page.contains("style="))
        #expect(try Self.captures("<script([^>]*)>", in: page).allSatisfy { $0.contains("src=") })
        #expect(try Self.captures("\\s(on[a-z]+)=", in: page).isEmpty)
    }

    @Test("imports only files that are there", arguments: scripts)
    private func imports(_ script: File) throws {
        let here = Self.folder.appending(path: script.path).deletingLastPathComponent()
        let imports = try Self.captures("(?:from |import\\()'([^']+)'", in: script.text)
        for path in imports {
            let file = here.appending(path: path).standardizedFileURL
            #expect(FileManager.default.fileExists(atPath: file.path), "\(script.path) imports \(path)")
        }
    }

    @Test("draws only icons that are there")
    func icons() throws {
        let sprite = try #require(Self.files.first { $0.path == "icons/sprite.svg" }).text
        let known = Set(try Self.captures("<symbol id=\"([^\"]+)\"", in: sprite))
        for script in Self.pages {
            let used = try Self.captures("(?:\\bicon\\(|\\bicon: |symbol: )'([a-z-]+)'", in: script.text)
            #expect(known.isSuperset(of: used), "\(script.path) draws \(Set(used).subtracting(known))")
        }
    }

    @Test("says only what the texts have", arguments: pages)
    private func texts(_ script: File) throws {
        let texts = Self.scripts.filter { $0.path.hasPrefix("text/en") }.map(\.text).joined(separator: "\n")
        for path in try Self.captures("\\btext\\.([a-zA-Z_.]+)", in: script.text) {
            let key = path.split(separator: ".")[0]
            #expect(texts.contains(try Regex("\\b\(key): ")), "\(script.path) says text.\(path)")
        }
    }

    @Test("asks nothing of other hosts", arguments: files)
    private func ownOriginOnly(_ file: File) throws {
        let addresses = try Self.captures("(?:url\\(|from|src=|href=|fetch\\()\\s*[\"'](https?:[^\"']*)", in: file.text)
        #expect(addresses.isEmpty)
    }
}
