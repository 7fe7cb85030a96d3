/// Why a picture could not be read or written.
package struct PictureError: Error, Hashable, CustomStringConvertible {
    /// In JSON as it is written here.
    package enum Code: String, Sendable, Codable, CaseIterable {
        case empty
        case tooManyBytes = "too_many_bytes"
        case tooManyPixels = "too_many_pixels"
        case unknownFormat = "unknown_format"
        case unsupported
        case truncated
        case corrupt
        case unreadable
        case notEncoded = "not_encoded"
    }

    package let code: Code
    /// One sentence: what was wrong, the limit if there is one, what to do.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
