import Domain
import Foundation
import HTTPClient
import HTTPTypes
import ObjectStorage

/// A refusal of the server and what it means for us (Amazon S3 API reference, "Error responses").
struct S3Failure {
    let status: Int
    /// The word in the answer, such as `NoSuchKey`; empty if there is none, as after HEAD.
    let code: String
    private let message: String
    private let serverTime: String?

    init(_ response: ClientResponse) {
        status = response.status.rawValue
        serverTime = response.headers["Date"]
        let root = XMLTree(response.body)?.root
        code = root?["Code"] ?? ""
        message = String((root?["Message"] ?? "").prefix(200))
    }

    /// An error for one key within an answer that is none as a whole.
    init(code: String, message: String) {
        status = 0
        self.code = code
        self.message = String(message.prefix(200))
        serverTime = nil
    }

    /// Whether the same request may succeed in a moment. A refusal is none of these: it needs a person.
    var isRetriable: Bool {
        switch code {
        case "SlowDown", "InternalError", "ServiceUnavailable", "RequestTimeout", "OperationAborted",
            "ConditionalRequestConflict":
            true
        default: status == 429 || status >= 500 && ![501, 507].contains(status)
        }
    }

    /// The server does not know what a header or a request asks for.
    var isUnknownThere: Bool { status == 501 || code == "NotImplemented" }

    func error(_ settings: S3Settings, now: Date) -> ObjectStoreError {
        switch code {
        case "NoSuchKey": return ObjectStoreError(.notFound, "there is no such object")
        case "NoSuchBucket":
            return denied(
                "there is no bucket '\(settings.bucket)' at \(settings.host): create it or correct storage.url")
        case "RequestTimeTooSkewed": return denied(skewText(now))
        case "InvalidAccessKeyId":
            return denied("\(settings.host) does not know storage.access_key: correct it")
        case "SignatureDoesNotMatch":
            return denied(
                "\(settings.host) does not accept the signature: correct storage.secret_key, storage.region and the clock"
            )
        case "ExpiredToken", "InvalidToken": return denied("storage.session_token has expired or is wrong: renew it")
        case "AuthorizationHeaderMalformed", "PermanentRedirect", "IllegalLocationConstraintException":
            return denied("bucket '\(settings.bucket)' is elsewhere: correct storage.region or storage.endpoint")
        case "AccessDenied", "AccountProblem":
            return denied("\(settings.host) does not allow this to storage.access_key: check its rights (\(code))")
        case "QuotaExceeded", "EntityTooLarge": return ObjectStoreError(.full, "the bucket's quota is used up")
        default: return byStatus(settings)
        }
    }

    private func byStatus(_ settings: S3Settings) -> ObjectStoreError {
        let said = [status == 0 ? "" : String(status), code, message].filter { !$0.isEmpty }.joined(separator: " ")
        switch status {
        case 404: return ObjectStoreError(.notFound, "there is no such object")
        case 413, 507: return ObjectStoreError(.full, "the store is full (\(said))")
        case 300..<400: return denied("\(settings.host) sends us elsewhere: correct storage.endpoint (\(said))")
        case 401, 403:
            return denied(
                "\(settings.host) refuses: check storage.access_key, storage.secret_key and what they allow (\(said))")
        case 400..<500 where !isRetriable: return denied("\(settings.host) does not take the request (\(said))")
        default: return ObjectStoreError(.unavailable, "the store answered \(said)")
        }
    }

    private func denied(_ message: String) -> ObjectStoreError { ObjectStoreError(.denied, message) }

    private func skewText(_ now: Date) -> String {
        let ours = now.formatted(.iso8601)
        let theirs = serverTime.map { ", the store's \($0)" } ?? ""
        return "the clock of this machine is wrong: it says \(ours)\(theirs); set the time"
    }
}

extension ObjectStoreError {
    /// No answer at all.
    init(_ error: HTTPClientError, _ settings: S3Settings) {
        let code: Code =
            switch error.code {
            case .answerTooLarge: .tooLarge
            case .addressInvalid, .addressNotAllowed, .tlsFailed: .denied
            default: .unavailable
            }
        self.init(code, "the store at \(settings.host): \(error.description)")
    }
}
