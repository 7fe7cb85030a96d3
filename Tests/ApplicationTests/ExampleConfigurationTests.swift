import Configuration
import Foundation
import Testing

@testable import Application

@Suite("The example configuration")
struct ExampleConfigurationTests {
    private static let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "config/embedded.yaml")

    private func settings() throws -> Settings {
        let text = try String(contentsOf: Self.file, encoding: .utf8)
        var settings = Settings(environment: [:], known: AppSettings.keys)
        try settings.read(YAMLParser.parse(text, name: "embedded.yaml"), file: "embedded.yaml", known: AppSettings.keys)
        return settings
    }

    @Test("names every setting, with its default value")
    func complete() throws {
        let defaults = Settings(environment: [:], known: AppSettings.keys)
        let example = try settings()
        for setting in AppSettings.all {
            let shown = setting.shown(in: example)
            guard case .file = shown.place else {
                Issue.record("\(setting.key) is missing")
                continue
            }
            #expect(shown.text == setting.shown(in: defaults).text, "\(setting.key)")
        }
    }

    @Test("is accepted by every check")
    func accepted() throws {
        let settings = try settings()
        for setting in AppSettings.all { try setting.check(in: settings) }
    }
}
