import Configuration
import Foundation
import Testing

@testable import Application

@Suite("The example configuration")
struct ExampleConfigurationTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "config")
    private static let secrets = [
        "MASKWATCH_DATABASE_PASSWORD": "a", "MASKWATCH_QUEUE_PASSWORD": "b",
        "MASKWATCH_SECRET_KEY": Data(repeating: 7, count: 32).base64EncodedString(),
    ]

    private func settings(_ file: String = "embedded.yaml") throws -> Settings {
        let text = try String(contentsOf: Self.folder.appending(path: file), encoding: .utf8)
        var settings = Settings(environment: Self.secrets, known: AppSettings.keys)
        try settings.read(YAMLParser.parse(text, name: file), file: file, known: AppSettings.keys)
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

    @Test("is accepted by every check", arguments: ["embedded.yaml", "distributed.yaml"])
    func accepted(file: String) throws {
        let settings = try settings(file)
        for setting in AppSettings.all { try setting.check(in: settings) }
    }
}
