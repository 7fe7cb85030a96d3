import Foundation

/// One key of the configuration: the only place that knows its name, its meaning, its default and its check.
package struct Setting<Value: Sendable>: Sendable {
    /// Dotted, as in the file: `storage.quota`.
    package let key: String
    package let help: String
    package let isSecret: Bool
    let defaultText: String
    let parse: @Sendable (String) throws(SettingFormatError) -> Value

    package init(
        _ key: String, default defaultText: String, isSecret: Bool = false, help: String,
        parse: @escaping @Sendable (String) throws(SettingFormatError) -> Value
    ) {
        self.key = key
        self.help = help
        self.isSecret = isSecret
        self.defaultText = defaultText
        self.parse = parse
    }

    package var environmentName: String { Self.environmentName(of: key) }

    package static func environmentName(of key: String) -> String {
        SecretPlaceholders.prefix + key.uppercased().replacing(".", with: "_")
    }
}

/// What a value should have looked like.
package struct SettingFormatError: Error {
    package let expected: String

    package init(_ expected: String) { self.expected = expected }
}

extension Setting where Value == String {
    package init(_ key: String, default text: String, isSecret: Bool = false, help: String) {
        self.init(key, default: text, isSecret: isSecret, help: help) { text throws(SettingFormatError) in text }
    }
}

extension Setting where Value == Int {
    package init(_ key: String, default value: Int, in range: ClosedRange<Int>, help: String) {
        self.init(key, default: String(value), help: help) { text throws(SettingFormatError) in
            guard let number = Int(text), range.contains(number) else {
                throw SettingFormatError("a whole number from \(range.lowerBound) to \(range.upperBound)")
            }
            return number
        }
    }
}

extension Setting where Value == Double {
    package init(_ key: String, default value: Double, in range: ClosedRange<Double>, help: String) {
        let text = value == value.rounded() ? String(Int(value)) : String(value)
        self.init(key, default: text, help: help) { text throws(SettingFormatError) in
            guard let number = Double(text), range.contains(number) else {
                throw SettingFormatError("a number from \(range.lowerBound) to \(range.upperBound)")
            }
            return number
        }
    }
}

extension Setting where Value == Bool {
    package init(_ key: String, default value: Bool, help: String) {
        self.init(key, default: "\(value)", help: help) { text throws(SettingFormatError) in
            switch text.lowercased() {
            case "true", "yes", "on", "1": return true
            case "false", "no", "off", "0": return false
            default: throw SettingFormatError("true or false")
            }
        }
    }
}

extension Setting where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    package init(_ key: String, default value: Value, help: String) {
        self.init(key, default: value.rawValue, help: help) { text throws(SettingFormatError) in
            guard let value = Value(rawValue: text) else {
                throw SettingFormatError("one of " + Value.allCases.map(\.rawValue).joined(separator: ", "))
            }
            return value
        }
    }
}

extension Setting where Value == [String] {
    /// A list in the file, or texts separated by commas.
    package init(_ key: String, default values: [String], help: String) {
        self.init(key, default: values.joined(separator: ","), help: help) { text throws(SettingFormatError) in
            text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        }
    }
}
