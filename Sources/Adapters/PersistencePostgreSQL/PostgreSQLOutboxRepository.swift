import Domain
import Foundation
import Persistence
import PostgreSQL

struct PostgreSQLOutboxRepository: OutboxRepository {
    let tables: Tables

    /// Messages to a channel that is switched off wait.
    func due(at time: Date, limit: Int) async throws -> [ChannelNotification] {
        try await tables.read { connection in
            try connection.rows(
                """
                SELECT outbox.id, channel_id, event, incident, created_at, state, attempts, next_attempt_at, last_error,
                delivered_at, held FROM outbox JOIN channels ON channels.id = channel_id
                WHERE state = 'pending' AND next_attempt_at <= $1 AND is_enabled
                ORDER BY next_attempt_at, number LIMIT $2
                """, time, limit
            ) { try ChannelNotification(row: $0) }
        }
    }

    func channelsToServe(by worker: WorkerID, at time: Date) async throws -> Set<ChannelID> {
        try await tables.read { connection in
            Set(
                try connection.rows(
                    """
                    SELECT DISTINCT outbox.channel_id FROM outbox JOIN channels ON channels.id = outbox.channel_id
                    LEFT JOIN channel_turns AS turn ON turn.channel_id = outbox.channel_id
                    WHERE state = 'pending' AND next_attempt_at <= $1 AND is_enabled
                    AND (turn.channel_id IS NULL
                        OR (turn.worker_id = $2 OR turn.expires_at <= $1) AND turn.paused_until <= $1)
                    """, time, worker
                ) { try $0(0, as: ChannelID.self) })
        }
    }

    /// The turn is taken first: who waited for its row reads afterwards what the one before has delivered.
    func claim(
        channel: ChannelID, by worker: WorkerID, at time: Date, until expiry: Date
    ) async throws -> ChannelNotification? {
        try await tables.write { connection in
            guard try connection.takeTurn(channel, by: worker, at: time, until: expiry) else { return nil }
            let message = try connection.oldestDue(channel: channel, at: time)
            if message == nil { connection.endTurn(channel, by: worker, pausedUntil: nil) }
            return message
        }
    }

    func endTurn(of channel: ChannelID, by worker: WorkerID, pausedUntil pause: Date?) async throws {
        try await tables.write { $0.endTurn(channel, by: worker, pausedUntil: pause) }
    }

    func update(_ notification: ChannelNotification) async throws {
        try await tables.write { connection in
            try connection.run(
                """
                UPDATE outbox SET state = $2, attempts = $3, next_attempt_at = $4, last_error = $5, delivered_at = $6
                WHERE id = $1 AND state = 'pending'
                """, notification.id, notification.state.rawValue, notification.attempts, notification.nextAttemptAt,
                notification.lastError, notification.deliveredAt)
        }
    }

    func notifications(channel: ChannelID?, limit: Int) async throws -> [ChannelNotification] {
        try await tables.read { connection in
            guard let channel else { return try connection.notifications(limit: limit) }
            return try connection.notifications(channel: channel, limit: limit)
        }
    }

    func notifications(incident: IncidentID, limit: Int) async throws -> [ChannelNotification] {
        try await tables.read { connection in
            try connection.rows(
                """
                SELECT id, channel_id, event, incident, created_at, state, attempts, next_attempt_at, last_error,
                delivered_at, held FROM outbox WHERE incident_id = $1 ORDER BY number DESC LIMIT $2
                """, incident, limit
            ) { try ChannelNotification(row: $0) }
        }
    }

    func retry(_ id: NotificationID, at time: Date) async throws -> Bool {
        try await tables.write { connection in
            try connection.run(
                """
                UPDATE outbox SET state = 'pending', attempts = 0, next_attempt_at = $2 WHERE id = $1 AND state = 'failed'
                """, id, time) > 0
        }
    }
}

extension Connection {
    fileprivate func takeTurn(
        _ channel: ChannelID, by worker: WorkerID, at time: Date, until expiry: Date
    ) throws -> Bool {
        try run(
            """
            INSERT INTO channel_turns AS turn (channel_id, worker_id, expires_at, paused_until)
            SELECT id, $2, $3, 'epoch' FROM channels WHERE id = $1
            ON CONFLICT (channel_id) DO UPDATE SET worker_id = $2, expires_at = $3, paused_until = 'epoch'
            WHERE (turn.worker_id = $2 OR turn.expires_at <= $4) AND turn.paused_until <= $4
            """, channel, worker, expiry, time) > 0
    }

    fileprivate func endTurn(_ channel: ChannelID, by worker: WorkerID, pausedUntil pause: Date?) {
        send(
            """
            UPDATE channel_turns SET expires_at = 'epoch', paused_until = coalesce($3, 'epoch')
            WHERE channel_id = $1 AND worker_id = $2
            """, channel, worker, pause)
    }

    fileprivate func oldestDue(channel: ChannelID, at time: Date) throws -> ChannelNotification? {
        try first(
            """
            SELECT outbox.id, channel_id, event, incident, created_at, state, attempts, next_attempt_at, last_error,
            delivered_at, held FROM outbox JOIN channels ON channels.id = channel_id
            WHERE channel_id = $1 AND state = 'pending' AND next_attempt_at <= $2 AND is_enabled
            ORDER BY next_attempt_at, number LIMIT 1
            """, channel, time
        ) { try ChannelNotification(row: $0) }
    }

    fileprivate func notifications(limit: Int) throws -> [ChannelNotification] {
        try rows(
            """
            SELECT id, channel_id, event, incident, created_at, state, attempts, next_attempt_at, last_error, delivered_at,
            held FROM outbox ORDER BY number DESC LIMIT $1
            """, limit
        ) { try ChannelNotification(row: $0) }
    }

    fileprivate func notifications(channel: ChannelID, limit: Int) throws -> [ChannelNotification] {
        try rows(
            """
            SELECT id, channel_id, event, incident, created_at, state, attempts, next_attempt_at, last_error, delivered_at,
            held FROM outbox WHERE channel_id = $1 ORDER BY number DESC LIMIT $2
            """, channel, limit
        ) { try ChannelNotification(row: $0) }
    }
}

extension ChannelNotification {
    fileprivate init(row: Row) throws {
        let event: IncidentEvent = try row.word(2)
        self.init(
            id: try row(0), channelID: try row(1), event: event, incident: event == .report ? nil : try row.json(3),
            report: event == .report ? try row.json(3) : nil,
            held: try row.optionalJSON(10),
            createdAt: try row(4), state: try row.word(5), attempts: try row(6), nextAttemptAt: try row(7),
            lastError: try row(8), deliveredAt: try row(9))
    }
}
