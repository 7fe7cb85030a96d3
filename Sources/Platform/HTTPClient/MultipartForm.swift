package import Foundation

/// A body of `multipart/form-data` (RFC 7578).
package struct MultipartForm: Sendable {
    private let boundary = "maskwatch-\(UUID().uuidString)"
    private var content = Data()

    package init() {}

    package var contentType: String { "multipart/form-data; boundary=\(boundary)" }

    package var body: Data { content + Data("--\(boundary)--\r\n".utf8) }

    /// - Parameter name: a name of ours; `content` may be anything.
    package mutating func add(_ name: String, _ text: String, contentType: String? = nil) {
        let type = contentType.map { "Content-Type: \($0)\r\n" } ?? ""
        content += Data(
            "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\(type)\r\n\(text)\r\n".utf8)
    }

    package mutating func add(_ name: String, file: Data, named fileName: String, contentType: String) {
        let disposition = "Content-Disposition: form-data; name=\"\(name)\"; filename=\"\(fileName)\""
        content += Data("--\(boundary)\r\n\(disposition)\r\nContent-Type: \(contentType)\r\n\r\n".utf8)
        content += file + Data("\r\n".utf8)
    }
}
