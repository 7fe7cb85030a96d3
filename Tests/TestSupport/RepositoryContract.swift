import Domain
import Foundation
package import Persistence
import Testing

/// What the repositories of every database do. An adapter's tests give it repositories over one fresh, empty database.
package struct RepositoryContract {
    let cameras: any CameraRepository
    let leases: any CameraLeases
    let sites: any SiteRepository
    let rules: any RuleRepository
    let channels: any ChannelRepository
    let observations: any ObservationRepository
    let incidents: any IncidentRepository
    let corrections: any CorrectionRepository
    let statistics: any StatisticsRepository
    let outbox: any OutboxRepository
    let users: any UserRepository

    package init(_ repositories: any Repositories) {
        cameras = repositories.cameras
        leases = repositories.leases
        sites = repositories.sites
        rules = repositories.rules
        channels = repositories.channels
        observations = repositories.observations
        incidents = repositories.incidents
        corrections = repositories.corrections
        statistics = repositories.statistics
        outbox = repositories.outbox
        users = repositories.users
    }

    package func check() async throws {
        try await keepsCameras()
        try await keepsRules()
        try await keepsChannels()
        try await keepsUsers()
        try await keepsTokens()
        try await recordsOnce()
        try await opensAndClosesIncidents()
        try await closesAbandonedIncidents()
        try await expiresOldestFirst()
        try await keepsSites()
        try await keepsZones()
        try await limitsMessagesOfAllRules()
        try await tellsReportsOnce()
        try await countsLateAndDouble()
    }

    func code(_ body: () async throws -> Void) async -> PersistenceError.Code? {
        do {
            try await body()
            return nil
        } catch { return (error as? PersistenceError)?.code }
    }

    static func time(_ seconds: Double) -> Date { Date(timeIntervalSince1970: 1_790_000_000 + seconds) }
}

extension RepositoryContract {
    private func camera(_ name: String) -> Camera {
        Camera(
            name: name,
            source: CameraSource(
                address: "rtsp://camera.test/\(name)", username: "viewer", password: Secret("s3cret-\(name)"),
                transport: .udp),
            sampling: Sampling(every: 2.5, shots: 3, spacing: 0.25, mode: .onDemand), createdAt: Self.time(1))
    }

    private func keepsCameras() async throws {
        var door = camera("door")
        let yard = camera("yard")
        try await cameras.save(yard)
        try await cameras.save(door)
        #expect(try await cameras.cameras() == [door, yard], "by name")
        #expect(try await cameras.camera(door.id) == door)
        #expect(await code { try await cameras.save(camera("yard")) } == .nameTaken)
        door.name = "front door"
        door.source.password = nil
        door.updatedAt = Self.time(2)
        try await cameras.save(door)
        #expect(try await cameras.camera(door.id) == door)
        #expect(try await cameras.remove(door.id))
        #expect(try await cameras.remove(door.id) == false)
        #expect(try await cameras.camera(door.id) == nil)
        #expect(try await cameras.remove(yard.id))
    }

    private func keepsRules() async throws {
        var rule = Rule(
            name: "two", cameras: [CameraID(), CameraID()], sites: [SiteID()], zones: [ZoneID()],
            condition: .share(ShareCondition(minimumShare: 0.5, minimumFaces: 3, releaseShare: 0.25)),
            confirmation: .pictures(4, of: 6), release: .seconds(30), severity: .critical,
            schedule: Schedule(
                weekly: [WeeklyInterval(weekday: 5, from: 1320, to: 360)],
                holidays: [LocalDay(year: 2026, month: 12, day: 24)],
                override: Schedule.Override(isActive: false, until: Self.time(9))),
            limits: MessageLimits(coolDown: 60, perHour: 5), snoozedUntil: Self.time(7), updatedAt: Self.time(1))
        try await rules.save(rule)
        #expect(try await rules.rules() == [rule])
        rule.cameras = nil
        rule.isEnabled = false
        rule.schedule = nil
        for condition: RuleCondition in [
            .faces(FacesCondition(minimumFaces: 3, releaseFaces: 1, countsIncorrect: true)),
            .compliance(ComplianceCondition(below: 0.8, window: 600, minimumFaces: 20, release: 0.9)),
            .camera(.covered), .overloaded(delay: 30),
        ] {
            rule.condition = condition
            try await rules.save(rule)
            #expect(try await rules.rule(rule.id) == rule)
        }
        #expect(try await rules.remove(rule.id))
        #expect(try await rules.remove(rule.id) == false)
        #expect(try await rules.rules().isEmpty)
    }

    private func keepsChannels() async throws {
        var channel = Channel(
            name: "desk", kind: .telegram,
            settings: ChannelSettings(
                values: ["chat_id": .text("-100"), "topic_id": .number(7), "silent": .flag(true)],
                secrets: ["bot_token": Secret("1:t0ken")]),
            language: .german, titleTemplate: "{{rule}}", bodyTemplate: "a\n{{camera}}", updatedAt: Self.time(1))
        try await channels.save(channel)
        #expect(try await channels.channels() == [channel])
        channel.isEnabled = false
        try await channels.save(channel)
        #expect(try await channels.channel(channel.id) == channel)
        let twin = Channel.webhook("desk")
        #expect(await code { try await channels.save(twin) } == .nameTaken)
        #expect(try await channels.remove(channel.id))
        #expect(try await channels.remove(channel.id) == false)
    }

    private func keepsUsers() async throws {
        let first = User(name: "ada", role: .administrator, passwordHash: "$argon2id$1", createdAt: Self.time(1))
        try await users.createFirst(first)
        let late = User(name: "eve", role: .administrator, passwordHash: "$argon2id$2", createdAt: Self.time(2))
        #expect(await code { try await users.createFirst(late) } == .alreadySetUp)
        let second = User(name: "bob", role: .viewer, passwordHash: "$argon2id$3", createdAt: Self.time(3))
        try await users.save(second)
        #expect(try await users.users() == [first, second])
        #expect(try await users.user(named: "bob") == second)
        #expect(try await users.user(second.id) == second)
        let twin = User(name: "bob", role: .viewer, passwordHash: "$argon2id$4", createdAt: Self.time(4))
        #expect(await code { try await users.save(twin) } == .nameTaken)
        #expect(try await users.remove(second.id))
        #expect(try await users.remove(second.id) == false)
        #expect(try await users.remove(first.id))
    }

    private func keepsTokens() async throws {
        let user = User(name: "ada", role: .administrator, passwordHash: "$argon2id$1", createdAt: Self.time(1))
        try await users.save(user)
        func token(_ hash: String, _ kind: AccessToken.Kind, until: Double?) -> AccessToken {
            AccessToken(
                kind: kind, name: hash, tokenHash: hash, userID: kind == .setup ? nil : user.id,
                createdAt: Self.time(1), expiresAt: until.map(Self.time))
        }
        let session = token("aa", .session, until: 10)
        let (bearer, setup) = (token("bb", .bearer, until: nil), token("cc", .setup, until: 20))
        for token in [session, bearer, setup] { try await users.save(token) }
        #expect(try await users.token(hash: "aa") == session)
        #expect(try await users.token(hash: "zz") == nil)
        #expect(try await users.tokens(kind: .bearer) == [bearer])
        try await users.prolong(setup.id, until: Self.time(30))
        #expect(try await users.token(hash: "cc")?.expiresAt == Self.time(30))
        try await users.prolong(setup.id, until: Self.time(20))
        try await users.removeTokens(expiredBefore: Self.time(15))
        try await users.prolong(session.id, until: Self.time(30))
        #expect(try await users.token(hash: "aa") == nil)
        #expect(try await users.token(hash: "cc") == setup)
        #expect(try await users.removeToken(setup.id))
        try await users.removeTokens(of: user.id, kind: .session)
        #expect(try await users.token(hash: "bb") == bearer)
        #expect(try await users.remove(user.id))
        #expect(try await users.token(hash: "bb") == nil, "a user's tokens go with the user")
    }
}
