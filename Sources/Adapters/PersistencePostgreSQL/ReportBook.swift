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
        try rows { row in
            let settings = try ChannelSettings(valuesJSON: try row(1), secretsJSON: Secret("{}"))
            let (id, until): (ChannelID, Date?) = (try row(0), try row(2))
            return ReportSchedule(settings).map { ReportState(channelID: id, schedule: $0, reportedUntil: until) }
        }.compactMap { $0 }
    }
}
