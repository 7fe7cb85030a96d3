import Foundation
import Testing

/// What the end-to-end tests run, and where it is. `scripts/test` provides all of it.
enum Requirements {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    static let binary = root.appending(path: ".build/release/maskwatch")
    static let cameras = root.appending(path: "tools/camsim/maskwatch-camsim")
    static let webhookSink = root.appending(path: "tools/testing/webhook-sink")
    static let stills = root.appending(path: ".deps/stills")

    /// What is not there; the suites are skipped then, and say so.
    static let missing: [String] = [
        (binary.path, "the release build (scripts/build release)"),
        (
            stills.appending(path: "truth.json").path,
            "the cameras' pictures (tools/demo/maskwatch-scenes stills .deps/stills)"
        ),
        (root.appending(path: "models/face-fast").path, "the face detector's model package"),
        (root.appending(path: "models/mask-classifier").path, "the mask classifier's model package"),
        (root.appending(path: ".deps/tritonclient").path, "the client of the model API (scripts/setup test)"),
        ("/usr/bin/chromedriver", "chromedriver (scripts/setup test)"),
        ("/usr/bin/ffmpeg", "ffmpeg (scripts/setup test)"),
    ].filter { !FileManager.default.fileExists(atPath: $0.0) }.map(\.1)

    static let areMet: Bool = {
        if !missing.isEmpty { print("end-to-end tests are skipped; missing: \(missing.joined(separator: "; "))") }
        return missing.isEmpty
    }()
}

@Suite("What the end-to-end tests need")
struct RequirementTests {
    /// So that `make test` cannot pass by skipping.
    @Test("is there", .enabled(if: ProcessInfo.processInfo.environment["MASKWATCH_TEST_REQUIRE_ALL"] != nil))
    func isThere() {
        #expect(Requirements.missing.isEmpty)
    }
}
