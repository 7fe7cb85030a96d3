import Domain
import Foundation
import HTTPTypes

/// A request that the gate let through, and who sent it.
struct WebRequest: Sendable {
    let http: HTTPRequest
    /// Nil only on routes that are open to everyone.
    let identity: Identity?
    /// The peer, or who a trusted proxy says it speaks for.
    let client: ClientAddress
    let now: Date

    /// - Throws: `Problem`, 401.
    func signedIn() throws -> Identity {
        guard let identity else { throw Problem.notSignedIn }
        return identity
    }

    /// The identity in the path.
    /// - Throws: `Problem`, 404: an identity that cannot be is one that is not there.
    func identifier<Entity>(_ name: String) throws -> Identifier<Entity> {
        guard let identifier = Identifier<Entity>(http.parameters[name] ?? "") else { throw Problem.notFound }
        return identifier
    }

    /// The body as a JSON object.
    /// - Throws: `Problem`: 415 for another content type, 400 for what is not a JSON object.
    func fields() throws -> FieldReader {
        let type = http.headers["Content-Type"]?.split(separator: ";").first?.trimmingCharacters(in: .whitespaces)
        guard type?.lowercased() == "application/json" else {
            throw Problem(.unsupportedMediaType, "Send JSON, with Content-Type: application/json.")
        }
        guard let value = try? JSONDecoder().decode(JSONValue.self, from: http.body), case .object(let fields) = value
        else { throw Problem(.badRequest, "The body is not a JSON object.") }
        return FieldReader(fields)
    }

    /// Reads the body and answers with what `read` makes of it, or with every error in it at once.
    /// - Throws: `Problem`.
    func decode<Value>(_ read: (inout FieldReader) throws -> Value) throws -> Value {
        var reader = try fields()
        let value = try read(&reader)
        try reader.finish()
        return value
    }
}
