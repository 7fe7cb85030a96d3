package import Foundation

/// The files in Tests/Fixtures; the scripts beside them say how they were made.
package enum Fixtures {
    package static let directory = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures")

    package static let models = directory.appending(path: "models")

    package static func picture(_ name: String) throws -> Data {
        try Data(contentsOf: directory.appending(path: "pictures").appending(path: name))
    }
}
