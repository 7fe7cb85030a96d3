import Foundation

/// Replaces `{MASKWATCH_NAME}` in values by the environment variable of that name or by the content of the file of that
/// name in `$CREDENTIALS_DIRECTORY`. `{{` and `}}` are braces. Braces that hold no such name are left alone.
package struct SecretPlaceholders: Sendable {
    package static let prefix = "MASKWATCH_"

    private let environment: [String: String]
    private let readFile: @Sendable (String) -> String?

    package init(environment: [String: String]) {
        self.init(environment: environment) { try? String(contentsOfFile: $0, encoding: .utf8) }
    }

    package init(environment: [String: String], readFile: @escaping @Sendable (String) -> String?) {
        self.environment = environment
        self.readFile = readFile
    }

    /// - Throws: `UnknownSecretError` for a name that has no value.
    package func expand(_ text: String) throws -> String {
        var result = ""
        var rest = text[...]
        while let character = rest.first {
            if rest.hasPrefix("{{") || rest.hasPrefix("}}") {
                result.append(character)
                rest = rest.dropFirst(2)
            } else if character == "{", let name = name(at: rest) {
                result += try value(of: name)
                rest = rest.dropFirst(name.count + 2)
            } else {
                result.append(character)
                rest = rest.dropFirst()
            }
        }
        return result
    }

    private func name(at text: Substring) -> String? {
        guard let close = text.firstIndex(of: "}") else { return nil }
        let name = text[text.index(after: text.startIndex)..<close]
        let isName =
            name.hasPrefix(Self.prefix)
            && name.allSatisfy { $0.isASCII && ($0.isUppercase || $0.isNumber || $0 == "_") }
        return isName ? String(name) : nil
    }

    private func value(of name: String) throws -> String {
        if let value = environment[name] { return value.trimmingCharacters(in: .whitespacesAndNewlines) }
        let folder = environment["CREDENTIALS_DIRECTORY"] ?? "/run/secrets"
        guard let value = readFile("\(folder)/\(name)") else { throw UnknownSecretError(name: name, folder: folder) }
        return value.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

package struct UnknownSecretError: Error, CustomStringConvertible {
    let name: String
    let folder: String

    package var description: String {
        "{\(name)} has no value: set the environment variable or write the file \(folder)/\(name)"
    }
}
