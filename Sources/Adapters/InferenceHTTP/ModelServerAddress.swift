import Foundation
package import Inference

/// Where a model server is: `http` or `https`, a host, and a path that its routes lie below.
package struct ModelServerAddress: Hashable, Sendable, CustomStringConvertible {
    /// Without a slash at the end.
    package let text: String

    /// - Throws: `InferenceError` with `.invalidRequest`, saying what is wrong and what is expected.
    package init(_ text: String) throws(InferenceError) {
        func refusal(_ problem: String) -> InferenceError {
            // What cannot be read may still hold a password.
            let shown = text.contains("@") ? "an address with '@'" : "'\(text)'"
            return InferenceError(.invalidRequest, "\(shown) \(problem): write http://host:port or https://host/path")
        }
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            ["http", "https"].contains(scheme), parts.host?.isEmpty == false
        else { throw refusal("is no address of a model server") }
        // Addresses are shown in logs and pages.
        guard parts.user == nil, parts.password == nil else {
            throw InferenceError(.invalidRequest, "an address of a model server must not hold a user or a password")
        }
        guard parts.query == nil, parts.fragment == nil else { throw refusal("has a query or a fragment") }
        self.text = String(text.reversed().drop { $0 == "/" }.reversed())
    }

    package var description: String { text }

    /// The address of a route.
    /// - Parameter path: from `v2` on, percent-encoded.
    func route(_ path: String) -> String { "\(text)/\(path)" }
}
