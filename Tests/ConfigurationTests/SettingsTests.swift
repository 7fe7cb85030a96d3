import Configuration
import Testing

@Suite("Settings")
struct SettingsTests {
    private let port = Setting<Int>("server.port", default: 8080, in: 1...65_535, help: "")
    private let url = Setting<String>("storage.url", default: "", isSecret: true, help: "")
    private let keys = ["server.port", "server.address", "storage.url"]

    private func settings(_ yaml: String, environment: [String: String] = [:]) throws -> Settings {
        var settings = Settings(environment: environment, known: keys)
        try settings.read(YAMLParser.parse(yaml, name: "test.yaml"), file: "test.yaml", known: keys)
        return settings
    }

    private func message(_ yaml: String) -> String {
        do {
            _ = try settings(yaml).value(of: port)
            return "no error"
        } catch { return "\(error)" }
    }

    @Test("come from the file, then the environment, then the command line")
    func precedence() throws {
        #expect(try settings("").value(of: port) == 8080)
        #expect(try settings("server:\n  port: 1000\n").value(of: port) == 1000)
        var changed = try settings("server:\n  port: 1000\n", environment: ["MASKWATCH_SERVER_PORT": "2000"])
        #expect(try changed.value(of: port) == 2000)
        changed.override("server.port", with: "3000", option: "--port")
        #expect(try changed.value(of: port) == 3000)
    }

    @Test("say line, column and the nearest key when a key is unknown")
    func unknownKey() {
        #expect(
            message("server:\n  prot: 1\n") == "test.yaml:2:9: unknown key 'server.prot'; did you mean 'server.port'?")
    }

    @Test("say what was found and what is expected")
    func wrongValue() {
        #expect(
            message("server:\n  port: 70000\n")
                == "test.yaml:2:9: server.port is '70000', but must be a whole number from 1 to 65535")
        #expect(message("server: 5\n") == "test.yaml:1:9: server is a section: write its keys below it, indented")
    }

    @Test(
        "refuse what is not plain YAML",
        arguments: ["a: 1\na: 2\n", "a: &x 1\nb: *x\n", "a: [1\n", "\ta: 1\n", "? [a]\n: 1\n"])
    func refused(_ yaml: String) {
        #expect(throws: ConfigurationError.self) { try YAMLParser.parse(yaml, name: "test.yaml") }
    }

    @Test("refuse files that nest too deep or are too large")
    func limits() {
        #expect(throws: ConfigurationError.self) {
            try YAMLParser.parse(String(repeating: "[", count: 100_000), name: "deep.yaml")
        }
        #expect(throws: ConfigurationError.self) {
            try YAMLParser.parse(String(repeating: "a", count: YAMLParser.maximumBytes + 1), name: "large.yaml")
        }
    }

    @Test("take secrets from the environment and keep them out of sight")
    func secrets() throws {
        let settings = try settings(
            "storage:\n  url: 's3://{MASKWATCH_KEY}@host/{{x}}'\n", environment: ["MASKWATCH_KEY": " k \n"])
        #expect(try settings.value(of: url) == "s3://k@host/{x}")
        #expect(settings.shown(url).text == "***")
    }

    @Test("refuse a secret that has no value")
    func missingSecret() throws {
        let settings = try settings("storage:\n  url: '{MASKWATCH_MISSING}'\n")
        #expect(throws: ConfigurationError.self) { try settings.value(of: url) }
    }
}

@Suite("Sizes and times")
struct UnitTests {
    @Test("are read as people write them", arguments: [("500MB", 500_000_000), ("1 GiB", 1 << 30), ("12", 12)])
    func sizes(_ text: String, _ bytes: Int) {
        #expect(ByteSize(text)?.bytes == bytes)
    }

    @Test("are refused when unclear", arguments: ["", "MB", "-1", "5 apples", "1e400"])
    func refused(_ text: String) {
        #expect(ByteSize(text) == nil)
    }
}
