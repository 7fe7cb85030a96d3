import Domain
import Foundation
import Persistence
import PostgreSQL

/// Regular reports: which channels take them, and up to when each has been sent.
extension Connection {
    func askReportStates() -> Question {
        ask("SELECT id, settings, reported_until FROM channels WHERE is_enabled AND kind = 'email'")
    }

    func tell(_ decision: ReportDecision, at time: Date) throws {
        let isNew = try run(
            """
            UPDATE channels SET reported_until = $2 WHERE id = $1 AND (reported_until IS NULL OR reported_until < $2)
            """, decision.channelID, decision.period.end)
        guard isNew > 0, decision.isTold else { return }
        send(
            """
            INSERT INTO outbox (id, channel_id, event, incident, created_at, state, attempts, next_attempt_at)
            VALUES ($1, $2, $3, $4::json, $5, 'pending', 0, $5)
            """, NotificationID(at: time), decision.channelID, IncidentEvent.report.rawValue,
            try jsonText(decision.period), time)
    }
}

extension Question {
    func reportStates() throws -> [ReportState] {
        try rows { try ReportState(channelID: $0(0), settings: $0(1), reportedUntil: $0(2)) }.compactMap(\.self)
    }
}
