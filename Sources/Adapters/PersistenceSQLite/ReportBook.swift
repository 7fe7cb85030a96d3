import Domain
import Foundation
import Persistence
import SQLite

/// Regular reports: which channels take them, and up to when each has been sent.
extension Connection {
    func reportStates() throws -> [ReportState] {
        try rows("SELECT id, settings, reported_until FROM channels WHERE is_enabled = 1 AND kind = 'email'") {
            try ReportState(channelID: $0(0), settings: $0(1), reportedUntil: $0(2))
        }.compactMap(\.self)
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
