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
    let sites: any SiteRepository
    let outbox: any OutboxRepository
    let sender: any NotificationChannel
    let broadcast: any Broadcast
    let rules: AddressRules
    let composer: MessageComposer
    let logger: Logger
    private let work = WorkLimit(4)

    static let maximumChannels = 50

    init(
        channels: any ChannelRepository, sites: any SiteRepository, outbox: any OutboxRepository,
        sender: any NotificationChannel, broadcast: any Broadcast, rules: AddressRules, composer: MessageComposer,
        logger: Logger
    ) {
        self.channels = channels
        self.sites = sites
        self.outbox = outbox
        self.sender = sender
        self.broadcast = broadcast
        self.rules = rules
        self.composer = composer
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
        let input = try await input(request)
        try checkLimit(try await channels.channels().count, below: Self.maximumChannels, of: "channels")
        var channel = input.channel(at: request.now)
        var secret: String?
        if channel.kind == .webhook {
            let made = RandomToken.webhookSecret()
            channel.settings.secrets[WebhookFields.secret.name] = Secret(made)
            secret = made
        }
        try await save(channel)
        return try .json(ChannelView(channel, for: .administrator, secret: secret), status: .created)
    }

    func update(_ request: WebRequest) async throws -> HTTPResponse {
        let stored = try await channel(in: request)
        let input = try await input(request, stored: stored)
        let channel = input.channel(changing: stored, at: request.now)
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
        let alert = composer.example(for: channel, at: request.now)
        let result = try await work.run("test messages") { await sender.deliver(alert, to: channel) }
        switch result {
        case .delivered: return try .json(TestResult(result: "delivered", detail: "The receiver took the message."))
        case .retry(let reason, _), .failed(let reason), .gone(let reason):
            let detail = SecretRedaction.redact(channel.settings.redacted(reason))
            return try .json(TestResult(result: "failed", detail: detail))
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

    /// Sends a message again that was given up.
    func retry(_ request: WebRequest) async throws -> HTTPResponse {
        _ = try await channel(in: request)
        guard try await outbox.retry(try request.identifier("notification"), at: request.now) else {
            throw Problem.notFound
        }
        await broadcast.publish(.channels)
        return HTTPResponse(.noContent)
    }

    /// What was told of an incident, by every channel.
    func ofIncident(_ request: WebRequest) async throws -> HTTPResponse {
        let found = try await outbox.notifications(incident: try request.identifier("incident"), limit: 200)
        return try .json(Notifications(notifications: found.map(NotificationView.init)))
    }

    private func input(_ request: WebRequest, stored: Channel? = nil) async throws -> ChannelInput {
        let sites = Set(try await sites.sites().map(\.id))
        return try request.decode { ChannelInput(&$0, stored: stored, sites: sites, rules: rules) }
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
}
