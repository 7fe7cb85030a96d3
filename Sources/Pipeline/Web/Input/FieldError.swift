/// What is wrong with one field of the input, in words for the person who filled it in.
package struct FieldError: Error, Hashable, Sendable, Encodable, CustomStringConvertible {
    /// The path of the field in the JSON, such as `source.address`.
    package let field: String
    /// A sentence: what must be there instead.
    package let message: String

    package init(_ field: String, _ message: String) {
        self.field = field
        self.message = message
    }

    package var description: String { "\(field): \(message)" }
}
