import Domain
import Foundation
import HTTPTypes
import Logging
import Messaging
import Notifications
import Persistence
import Secrets

/// Ways to tell people of incidents.
struct ChannelRoutes: Sendable {
    let channels: any ChannelRepository
    let outbox: any OutboxRepository
    let sender: any NotificationChannel
    let broadcast: any Broadcast
    let rules: AddressRules
    let logger: Logger
    private let work = WorkLimit(4)

    static let maximumChannels = 50

    init(
        channels: any ChannelRepository, outbox: any OutboxRepository, sender: any NotificationChannel,
        broadcast: any Broadcast, rules: AddressRules, logger: Logger
    ) {
        self.channels = channels
        self.outbox = outbox
        self.sender = sender
        self.broadcast = broadcast
        self.rules = rules
        self.logger = logger
    }

    private struct List: Encodable { let channels: [ChannelView] }
    private struct Notifications: Encodable { let notifications: [NotificationView] }
    private struct TestResult: Encodable {
        let result: String
        let detail: String
    }

    func list(_ request: WebRequest) async throws -> HTTPResponse {
        let role = try request.signedIn().user.role
        return try .json(List(channels: try await channels.channels().map { ChannelView($0, for: role) }))
    }

    func create(_ request: WebRequest) async throws -> HTTPResponse {
        let input = try request.decode { ChannelInput(&$0, rules: rules) }
        try checkLimit(try await channels.channels().count, below: Self.maximumChannels, of: "channels")
        let secret = RandomToken.webhookSecret()
        let channel = Channel(
            id: ChannelID(at: request.now), name: input.name, kind: input.kind, address: input.address,
            secret: Secret(secret), isEnabled: input.isEnabled, updatedAt: request.now)
        try await save(channel)
        return try .json(ChannelView(channel, for: .administrator, secret: secret), status: .created)
    }

    func update(_ request: WebRequest) async throws -> HTTPResponse {
        var channel = try await channel(in: request)
        let input = try request.decode { ChannelInput(&$0, stored: channel, rules: rules) }
        channel.name = input.name
        channel.kind = input.kind
        channel.address = input.address
        channel.isEnabled = input.isEnabled
        channel.updatedAt = request.now
        try await save(channel)
        return try .json(ChannelView(channel, for: .administrator))
    }

    func remove(_ request: WebRequest) async throws -> HTTPResponse {
        let id: ChannelID = try request.identifier("channel")
        guard try await channels.remove(id) else { throw Problem.notFound }
        logger.notice("channel removed", [.channel: id.description])
        await broadcast.publish(.channels)
        return HTTPResponse(.noContent)
    }

    /// Sends a message that says it is a test.
    func test(_ request: WebRequest) async throws -> HTTPResponse {
        let channel = try await channel(in: request)
        let alert = Self.example(at: request.now)
        let result = try await work.run("test messages") { await sender.deliver(alert, to: channel) }
        switch result {
        case .delivered: return try .json(TestResult(result: "delivered", detail: "The receiver took the message."))
        case .retry(let reason, _), .failed(let reason), .gone(let reason):
            return try .json(TestResult(result: "failed", detail: SecretRedaction.redact(reason)))
        }
    }

    func notifications(_ request: WebRequest) async throws -> HTTPResponse {
        let id = try await channel(in: request).id
        var query = QueryReader(request.http)
        let limit = query.limit()
        try query.finish()
        let found = try await outbox.notifications(channel: id, limit: limit)
        return try .json(Notifications(notifications: found.map(NotificationView.init)))
    }

    private func save(_ channel: Channel) async throws {
        try await channels.save(channel)
        logger.notice("channel saved", [.channel: channel.id.description])
        await broadcast.publish(.channels)
    }

    private func channel(in request: WebRequest) async throws -> Channel {
        guard let channel = try await channels.channel(try request.identifier("channel")) else {
            throw Problem.notFound
        }
        return channel
    }

    private static func example(at now: Date) -> Alert {
        let incident = Incident(
            id: IncidentID(at: now), ruleID: RuleID(at: now), ruleName: "Test message", cameraID: CameraID(at: now),
            severity: .info, openedAt: now, updatedAt: now, peakFaces: 1, pictures: 1, evidence: SnapshotID(at: now))
        return Alert(
            id: NotificationID(at: now), event: nil, incident: incident, cameraName: "Test camera", createdAt: now,
            link: nil)
    }
}
