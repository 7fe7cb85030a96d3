import Domain
import Foundation
import HTTPTypes

extension HTTPResponse {
    /// JSON that no cache keeps; see `SecurityHeaders`.
    static func json(_ value: some Encodable, status: HTTPStatus = .ok) throws -> HTTPResponse {
        .data(try JSON.encode(value), contentType: "application/json", status: status)
    }
}
