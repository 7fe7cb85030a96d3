import Foundation
import HTTPTypes
import Logging
import Messaging

/// What could not be worked on, and another chance for it.
struct DeadLetterRoutes: Sendable {
    let queues: [any WorkQueue]
    let logger: Logger

    private struct List: Encodable { let deadLetters: [DeadLetterView] }

    private struct DeadLetterView: Encodable {
        let id: String
        let queue: String
        let reason: DeadLetter.Reason
        let attempts: Int
        let diedAt: Date

        init(_ letter: DeadLetter) {
            id = letter.id
            queue = letter.queue
            reason = letter.reason
            attempts = letter.attempts
            diedAt = letter.diedAt
        }
    }

    func list(_ request: WebRequest) async throws -> HTTPResponse {
        var query = QueryReader(request.http)
        let limit = query.limit()
        try query.finish()
        var letters: [DeadLetter] = []
        for queue in queues { letters += try await queue.deadLetters(limit: limit) }
        let newest = letters.sorted { $0.diedAt > $1.diedAt }.prefix(limit)
        return try .json(List(deadLetters: newest.map(DeadLetterView.init)))
    }

    func revive(_ request: WebRequest) async throws -> HTTPResponse {
        let name = request.http.parameters["queue"] ?? ""
        let id = request.http.parameters["letter"] ?? ""
        guard let queue = queues.first(where: { $0.name == name }), id.utf8.count <= 100, try await queue.revive(id)
        else { throw Problem.notFound }
        logger.notice("dead letter revived", [.queue: queue.name])
        return HTTPResponse(.noContent)
    }
}
