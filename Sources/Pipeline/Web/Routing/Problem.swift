import Domain
import Foundation
package import HTTPTypes
import Inference
import Persistence

/// Why a request is not answered as asked, as problem details (RFC 9457). Every text may be seen by anyone.
package struct Problem: Error, Hashable, Sendable {
    package let status: HTTPStatus
    /// A word for programs.
    package var code: String?
    /// A sentence for people: what is wrong and what to do.
    package let detail: String
    package var errors: [FieldError] = []
    /// Seconds after which it is worth trying again.
    package var retryAfter: Int?

    package init(_ status: HTTPStatus, code: String? = nil, _ detail: String) {
        self.status = status
        self.code = code
        self.detail = detail
    }

    static let notSignedIn = Problem(.unauthorized, "Sign in first.")
    static let notFound = Problem(.notFound, "There is nothing with this identity; it may have been removed.")

    static func invalid(_ errors: [FieldError]) -> Problem {
        let sentence = errors.count == 1 ? "One field is not right." : "\(errors.count) fields are not right."
        var problem = Problem(.unprocessableContent, code: "invalid", sentence)
        problem.errors = errors
        return problem
    }

    static func invalid(_ field: String, _ message: String) -> Problem { invalid([FieldError(field, message)]) }

    static func tooManyRequests(retryAfter seconds: Int, _ detail: String) -> Problem {
        var problem = Problem(.tooManyRequests, detail)
        problem.retryAfter = seconds
        return problem
    }

    static func busy(_ detail: String) -> Problem {
        var problem = Problem(.serviceUnavailable, code: "busy", detail)
        problem.retryAfter = 5
        return problem
    }

    /// What an error of a lower layer means for the client; nil if it means nothing but a fault of the server.
    init?(_ error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let error as PersistenceError where error.code == .nameTaken:
            self = .invalid("name", "This name is taken.")
        case let error as PersistenceError where error.code == .unavailable || error.code == .full:
            self = .busy("The database cannot answer at the moment. Try again in a few seconds.")
        case let error as InferenceError where error.isRetriable:
            self = .busy("The networks cannot be run at the moment. Try again in a few seconds.")
        case is CancellationError: self = .busy("The server is stopping. Try again in a few seconds.")
        default: return nil
        }
    }

    var response: HTTPResponse {
        let body = ProblemBody(
            type: "about:blank", title: status.reason, status: status.rawValue, detail: detail, code: code,
            errors: errors.isEmpty ? nil : errors)
        let data = (try? JSON.encode(body)) ?? Data()
        var response = HTTPResponse.data(data, contentType: "application/problem+json", status: status)
        if let retryAfter { response.headers["Retry-After"] = String(retryAfter) }
        if status == .unauthorized { response.headers["WWW-Authenticate"] = "Bearer realm=\"maskwatch\"" }
        return response
    }
}

private struct ProblemBody: Encodable {
    let type: String
    let title: String
    let status: Int
    let detail: String
    let code: String?
    let errors: [FieldError]?
}
