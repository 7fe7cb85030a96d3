import Foundation

/// Reads a JSON object field by field and collects everything that is wrong with it, so that a form can show all of it at
/// once. A field that cannot be read gives its fallback; what was read counts only if `finish()` does not throw.
struct FieldReader {
    /// A field that may be left out, emptied or given.
    enum Presence<Value> {
        case absent, null
        case value(Value)

        func map<Other>(_ change: (Value) -> Other) -> FieldReader.Presence<Other> {
            switch self {
            case .absent: .absent
            case .null: .null
            case .value(let value): .value(change(value))
            }
        }
    }

    private let fields: [String: JSONValue]
    private let prefix: String
    private var known: Set<String> = []
    private(set) var errors: [FieldError] = []

    init(_ fields: [String: JSONValue], prefix: String = "") {
        self.fields = fields
        self.prefix = prefix
    }

    /// - Throws: `Problem` with every error, also for fields that nobody asked for.
    consuming func finish() throws {
        noteUnknownFields()
        guard errors.isEmpty else { throw Problem.invalid(errors) }
    }

    mutating func fail(_ name: String, _ message: String) { errors.append(FieldError(prefix + name, message)) }

    /// A required text.
    mutating func text(_ name: String, _ rule: TextRule) -> String {
        guard case .value(let text) = optionalText(name, rule) else {
            if !hasError(name) { fail(name, "This is needed.") }
            return ""
        }
        return text
    }

    mutating func optionalText(_ name: String, _ rule: TextRule) -> Presence<String> {
        switch take(name) {
        case nil: return .absent
        case .null: return .null
        case .string(let text):
            do { return .value(try rule.check(text)) } catch { fail(name, error.message) }
        default: fail(name, "This must be a text.")
        }
        return .null
    }

    /// - Parameter fallback: what an absent field means; nil if it is needed.
    mutating func number(_ name: String, in range: ClosedRange<Double>, fallback: Double?) -> Double {
        let value = take(name)
        if case .number(let number) = value, range.contains(number) { return number }
        if value == nil, let fallback { return fallback }
        fail(name, "This must be a number from \(Self.short(range.lowerBound)) to \(Self.short(range.upperBound)).")
        return fallback ?? range.lowerBound
    }

    mutating func integer(_ name: String, in range: ClosedRange<Int>, fallback: Int?) -> Int {
        let value = take(name)
        if case .number(let number) = value, let integer = Int(exactly: number), range.contains(integer) {
            return integer
        }
        if value == nil, let fallback { return fallback }
        fail(name, "This must be a whole number from \(range.lowerBound) to \(range.upperBound).")
        return fallback ?? range.lowerBound
    }

    mutating func optionalInteger(_ name: String, in range: ClosedRange<Int>) -> Presence<Int> {
        switch take(name) {
        case nil: return .absent
        case .null: return .null
        case .number(let number):
            if let integer = Int(exactly: number), range.contains(integer) { return .value(integer) }
        default: break
        }
        fail(name, "This must be a whole number from \(range.lowerBound) to \(range.upperBound).")
        return .null
    }

    mutating func optionalFlag(_ name: String) -> Presence<Bool> {
        switch take(name) {
        case nil: return .absent
        case .null: return .null
        case .bool(let value): return .value(value)
        default: fail(name, "This must be true or false.")
        }
        return .null
    }

    mutating func flag(_ name: String, fallback: Bool) -> Bool {
        switch take(name) {
        case nil: return fallback
        case .bool(let value): return value
        default: fail(name, "This must be true or false.")
        }
        return fallback
    }

    mutating func choice<Choice>(_ name: String, fallback: Choice?) -> Choice
    where Choice: RawRepresentable<String> & CaseIterable {
        let value = take(name)
        if case .string(let text) = value, let choice = Choice(rawValue: text) { return choice }
        if value == nil, let fallback { return fallback }
        fail(name, "This must be one of \(Choice.allCases.map(\.rawValue).joined(separator: ", ")).")
        guard let some = fallback ?? Choice.allCases.first else { preconditionFailure("a choice has cases") }
        return some
    }

    /// Texts in an array; an element that is no text fails the whole field.
    mutating func texts(_ name: String, limit: Int) -> Presence<[String]> {
        switch take(name) {
        case nil: return .absent
        case .null: return .null
        case .array(let values):
            let texts = values.compactMap { if case .string(let text) = $0 { text } else { nil } }
            if texts.count == values.count, texts.count <= limit { return .value(texts) }
        default: break
        }
        fail(name, "This must be a list of at most \(limit) texts.")
        return .null
    }

    /// Reads an object within the object; nil if it is absent and not needed.
    mutating func nested<Value>(
        _ name: String, isNeeded: Bool, _ read: (inout FieldReader) -> Value
    ) -> Value? {
        guard case .object(let inner) = take(name) ?? (isNeeded ? .null : nil) else {
            if isNeeded || fields[name] != nil { fail(name, "This must be an object.") }
            return nil
        }
        var reader = FieldReader(inner, prefix: "\(prefix)\(name).")
        let value = read(&reader)
        reader.noteUnknownFields()
        errors += reader.errors
        return value
    }

    /// Objects in an array; none if it is absent.
    mutating func objects<Value>(_ name: String, limit: Int, _ read: (inout FieldReader) -> Value) -> [Value] {
        guard let value = take(name) else { return [] }
        guard case .array(let items) = value, items.count <= limit else {
            fail(name, "This must be a list of at most \(limit) objects.")
            return []
        }
        return items.enumerated().compactMap { index, item in
            guard case .object(let inner) = item else {
                fail(name, "This must be a list of objects.")
                return nil
            }
            var reader = FieldReader(inner, prefix: "\(prefix)\(name).\(index).")
            let value = read(&reader)
            reader.noteUnknownFields()
            errors += reader.errors
            return value
        }
    }

    /// Whether the field is there, be it null.
    func has(_ name: String) -> Bool { fields[name] != nil }

    /// Whether the field is there and null, which counts as having read it.
    mutating func isNull(_ name: String) -> Bool { take(name) == .null }

    /// A field of any shape, for those who know what to do with it.
    mutating func value(_ name: String) -> JSONValue? { take(name) }

    func hasError(_ name: String) -> Bool { errors.contains { $0.field == prefix + name } }

    private mutating func take(_ name: String) -> JSONValue? {
        known.insert(name)
        return fields[name]
    }

    private mutating func noteUnknownFields() {
        for name in fields.keys.sorted() where !known.contains(name) {
            fail(String(name.prefix(80)), "There is no such field.")
        }
    }

    private static func short(_ number: Double) -> String {
        number == number.rounded() ? String(Int(number)) : String(number)
    }
}
