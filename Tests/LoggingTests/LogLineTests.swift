import Foundation
@testable import Logging
import Testing

@Suite("Log lines")
struct LogLineTests {
    private let time = Date(timeIntervalSince1970: 1_767_323_045.5)

    private func line(_ entry: LogEntry, _ format: StandardErrorLogHandler.Format) -> String {
        StandardErrorLogHandler.line(for: entry, at: time, format: format)
    }

    @Test("hold time, level, label, sentence and sorted fields as text")
    func text() {
        let entry = LogEntry(
            level: .notice, label: "grabber", message: "camera is online", metadata: [.port: "1", .camera: "a"])
        #expect(line(entry, .text) == "2026-01-02T03:04:05.500Z notice grabber: camera is online camera=a port=1")
    }

    @Test("are objects as JSON")
    func json() throws {
        let entry = LogEntry(level: .error, label: "web", message: "a \"b\"", metadata: [.error: "x\ny"])
        let object = try JSONDecoder().decode([String: String].self, from: Data(line(entry, .json).utf8))
        #expect(object["message"] == "a \"b\"")
        #expect(object["error"] == "x\ny")
    }

    @Test("stay one line whatever comes from outside")
    func oneLine() {
        let entry = LogEntry(level: .info, label: "x", message: "a\nb", metadata: [.error: "c\r\nd"])
        #expect(!line(entry, .text).unicodeScalars.contains { $0 == "\n" || $0 == "\r" })
    }
}
