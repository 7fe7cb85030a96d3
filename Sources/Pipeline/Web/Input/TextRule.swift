import Foundation

/// What a text from outside must look like.
struct TextRule: Sendable {
    struct Violation: Error { let message: String }

    /// In Unicode scalars.
    let length: ClosedRange<Int>
    /// Whether white space around the text is meant.
    var keepsSpaces = false
    /// Whether there may be several lines.
    var keepsLines = false

    /// The name of a camera, rule, channel, user or token.
    static let name = TextRule(length: 1...80)
    static let userName = TextRule(length: 1...64)
    static let address = TextRule(length: 1...2048)
    static let cameraUserName = TextRule(length: 0...255)
    /// A camera's password: anything a camera may ask for.
    static let cameraPassword = TextRule(length: 0...255, keepsSpaces: true)
    static let newPassword = TextRule(length: 12...256, keepsSpaces: true)
    /// A password as typed at sign-in: whether it is right says the hash.
    static let typedPassword = TextRule(length: 1...1024, keepsSpaces: true)
    static let moment = TextRule(length: 1...40)
    static let comment = TextRule(length: 1...2000)
    static let timeZone = TextRule(length: 1...64)
    static let setupToken = TextRule(length: 1...200)

    /// The text in composed form (NFC), trimmed unless spaces are meant.
    func check(_ text: String) throws(Violation) -> String {
        let lines = keepsLines ? text.replacing("\r\n", with: "\n") : text
        let composed = lines.precomposedStringWithCanonicalMapping
        let value = keepsSpaces ? composed : composed.trimmingCharacters(in: .whitespacesAndNewlines)
        guard value.unicodeScalars.allSatisfy({ keepsLines && $0 == "\n" || !Self.isRefused($0) }) else {
            throw Violation(message: "This must not hold control characters or line breaks.")
        }
        let count = value.unicodeScalars.count
        guard count >= length.lowerBound else {
            throw Violation(
                message: length.lowerBound == 1
                    ? "This must not be empty." : "This must have at least \(length.lowerBound) characters.")
        }
        guard count <= length.upperBound else {
            throw Violation(message: "This must have at most \(length.upperBound) characters.")
        }
        return value
    }

    /// Control characters, and those that turn the direction of a line and let it read as something else.
    private static func isRefused(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse: true
        case .format: (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
        default: false
        }
    }
}
