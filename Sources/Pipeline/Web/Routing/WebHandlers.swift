import Capture

/// What answers, made from what the stage works with: one for each resource.
struct WebHandlers: Sendable {
    let session: SessionRoutes
    let users: UserRoutes
    let tokens: TokenRoutes
    let cameras: CameraRoutes
    let zones: ZoneRoutes
    let sites: SiteRoutes
    let corrections: CorrectionRoutes
    let observations: ObservationRoutes
    let incidents: IncidentRoutes
    let rules: RuleRoutes
    let channels: ChannelRoutes
    let channelTexts: ChannelTextRoutes
    let statistics: StatisticsRoutes
    let detect: DetectRoutes
    let changes: LiveChanges
    let system: SystemRoutes
    let deadLetters: DeadLetterRoutes

    init(_ web: WebDependencies, options: WebOptions, authentication: Authentication) {
        let addresses = AddressRules(policy: options.addressPolicy, allowsFiles: options.capture.allowsFiles)
        session = SessionRoutes(authentication: authentication, isDemo: options.isDemo)
        users = UserRoutes(users: web.users, authentication: authentication)
        tokens = TokenRoutes(users: web.users)
        cameras = CameraRoutes(
            cameras: web.cameras, sites: web.sites, observations: web.observations, broadcast: web.broadcast,
            probe: CameraProbe(source: web.frames, limits: options.capture, logger: web.logger),
            rules: addresses, logger: web.logger)
        zones = ZoneRoutes(cameras: web.cameras, broadcast: web.broadcast, logger: web.logger)
        sites = SiteRoutes(
            sites: web.sites, broadcast: web.broadcast, logger: web.logger, timeZone: options.timeZone)
        corrections = CorrectionRoutes(corrections: web.corrections, observations: web.observations)
        observations = ObservationRoutes(observations: web.observations, store: web.pictures)
        incidents = IncidentRoutes(incidents: web.incidents, broadcast: web.broadcast)
        rules = RuleRoutes(
            rules: web.rules, cameras: web.cameras, sites: web.sites, broadcast: web.broadcast,
            dryRun: RuleDryRun(
                observations: web.observations, cameras: web.cameras, sites: web.sites, timeZone: options.timeZone),
            logger: web.logger)
        channels = ChannelRoutes(
            channels: web.channels, sites: web.sites, outbox: web.outbox, sender: web.notifications,
            broadcast: web.broadcast, rules: addresses, composer: options.messages, logger: web.logger)
        channelTexts = ChannelTextRoutes(composer: options.messages)
        statistics = StatisticsRoutes(
            statistics: web.statistics,
            selector: StatisticsSelector(cameras: web.cameras, sites: web.sites, timeZone: options.timeZone))
        detect = DetectRoutes(analyze: web.analyze)
        changes = LiveChanges(broadcast: web.broadcast, authentication: authentication, now: web.now)
        system = SystemRoutes(
            queues: web.queues, observations: web.observations, store: web.pictures, models: options.models,
            version: options.version, isDemo: options.isDemo)
        deadLetters = DeadLetterRoutes(queues: web.queues, logger: web.logger)
    }
}
