import Domain
import Foundation
import Persistence
import SQLite

/// Regular reports: which channels take them, and up to when each has been sent.
extension Connection {
    func reportStates() throws -> [ReportState] {
        try rows("SELECT id, settings, reported_until FROM channels WHERE is_enabled = 1 AND kind = 'email'") { row in
            let settings = try ChannelSettings(valuesJSON: try row(1), secretsJSON: Secret("{}"))
            let (id, until): (ChannelID, Date?) = (try row(0), try row(2))
            return ReportSchedule(settings).map { ReportState(channelID: id, schedule: $0, reportedUntil: until) }
        }.compactMap { $0 }
    }

    func tell(_ decision: ReportDecision, at time: Date) throws {
        let isNew = try run(
            """
            UPDATE channels SET reported_until = ?2 WHERE id = ?1 AND (reported_until IS NULL OR reported_until < ?2)
            """, decision.channelID, decision.period.end)
        guard isNew > 0, decision.isTold else { return }
        try run(
            """
            INSERT INTO outbox (id, channel_id, event, incident_id, incident, created_at, state, attempts,
            next_attempt_at) VALUES (?1, ?2, ?3, '', ?4, ?5, 'pending', 0, ?5)
            """, NotificationID(at: time), decision.channelID, IncidentEvent.report.rawValue,
            String(decoding: try JSON.encode(decision.period), as: UTF8.self), time)
    }
}
