import Domain

/// The shapes of what the API takes and gives.
enum OpenAPISchemas {
    static let all: [String: JSONValue] = inputs.merging(views) { _, last in last }.merging(channels) { _, last in last
    }

    // MARK: Building blocks

    static let text: JSONValue = ["type": "string"]
    static let uuid: JSONValue = ["type": "string", "format": "uuid"]
    static let time: JSONValue = ["type": "string", "format": "date-time"]
    static let flag: JSONValue = ["type": "boolean"]
    static let count: JSONValue = ["type": "integer", "minimum": 0]
    static let number: JSONValue = ["type": "number"]

    static func reference(_ name: String) -> JSONValue { ["$ref": .string("#/components/schemas/\(name)")] }

    static func list(_ item: JSONValue) -> JSONValue { ["type": "array", "items": item] }

    static func text(_ rule: TextRule) -> JSONValue {
        [
            "type": "string", "minLength": .number(Double(rule.length.lowerBound)),
            "maxLength": .number(Double(rule.length.upperBound)),
        ]
    }

    static func number(in range: ClosedRange<Double>) -> JSONValue {
        ["type": "number", "minimum": .number(range.lowerBound), "maximum": .number(range.upperBound)]
    }

    static func integer(in range: ClosedRange<Int>) -> JSONValue {
        [
            "type": "integer", "minimum": .number(Double(range.lowerBound)),
            "maximum": .number(Double(range.upperBound)),
        ]
    }

    static func choice<Choice: RawRepresentable<String> & CaseIterable>(_ type: Choice.Type) -> JSONValue {
        ["type": "string", "enum": .array(type.allCases.map { .string($0.rawValue) })]
    }

    static func nullable(_ schema: JSONValue) -> JSONValue { ["anyOf": [schema, ["type": "null"]]] }

    /// - Parameter optional: the names of properties that may be left out.
    static func object(_ properties: [String: JSONValue], optional: Set<String> = []) -> JSONValue {
        let needed = properties.keys.filter { !optional.contains($0) }.sorted()
        return [
            "type": "object", "properties": .object(properties), "required": .array(needed.map { .string($0) }),
            "additionalProperties": false,
        ]
    }

    static func map(of value: JSONValue) -> JSONValue { ["type": "object", "additionalProperties": value] }
}
