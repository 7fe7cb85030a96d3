import HTTPTypes

/// Every route of the web stage: what is asked, who may ask, what answers. Whatever is not here is not served, but for
/// `/healthz`, `/readyz` and `/metrics`, which every role has.
struct RouteTable: Sendable {
    let routes: [Route]
    let changes: LiveChanges

    init(_ web: WebDependencies, options: WebOptions, authentication: Authentication, files: StaticFiles) {
        let api = WebHandlers(web, options: options, authentication: authentication)
        changes = api.changes
        let described =
            Self.access(api) + Self.cameras(api) + Self.places(api) + Self.incidents(api) + Self.rules(api)
            + Self.statistics(api) + Self.channels(api) + Self.site(api)
        routes = described + Self.pages(files) + Self.document(described, version: options.version)
    }

    private static func access(_ api: WebHandlers) -> [Route] {
        [
            Route(
                .get, "/api/v1/session", .everyone,
                RouteDocumentation("Who is signed in", gives: .json("Session")), api.session.show),
            Route(
                .post, "/api/v1/setup", .everyone,
                RouteDocumentation(
                    "Create the first administrator by the one-time link", takes: .json("SetupInput"),
                    gives: .json("Granted"), status: .created, problems: [401, 409, 422, 429]), api.session.setUp),
            Route(
                .post, "/api/v1/session", .everyone,
                RouteDocumentation(
                    "Sign in", takes: .json("SignInInput"), gives: .json("Granted"), problems: [401, 422, 429]),
                api.session.signIn),
            Route(.delete, "/api/v1/session", .everyone, RouteDocumentation("Sign out"), api.session.signOut),
            Route(
                .get, "/api/v1/users", .administrator,
                RouteDocumentation("List the people who may sign in", gives: .json("UserList")), api.users.list),
            Route(
                .post, "/api/v1/users", .administrator,
                RouteDocumentation(
                    "Add a person", takes: .json("UserInput"), gives: .json("User"), status: .created,
                    problems: [409, 422]), api.users.create),
            Route(
                .delete, "/api/v1/users/{user}", .administrator,
                RouteDocumentation("Remove a person and end their sessions", problems: [404, 409]), api.users.remove),
            Route(
                .post, "/api/v1/users/{user}/password", .viewer,
                RouteDocumentation(
                    "Change one's own password, or as administrator another's", takes: .json("PasswordInput"),
                    problems: [404, 422, 429]), api.users.changePassword),
            Route(
                .get, "/api/v1/tokens", .administrator,
                RouteDocumentation("List the tokens of machines", gives: .json("TokenList")), api.tokens.list),
            Route(
                .post, "/api/v1/tokens", .administrator,
                RouteDocumentation(
                    "Make a token; it is shown this once", takes: .json("TokenInput"), gives: .json("NewToken"),
                    status: .created, problems: [409, 422]), api.tokens.create),
            Route(
                .delete, "/api/v1/tokens/{token}", .administrator,
                RouteDocumentation("Revoke a token", problems: [404]), api.tokens.remove),
        ]
    }

    private static func cameras(_ api: WebHandlers) -> [Route] {
        [
            Route(
                .get, "/api/v1/cameras", .viewer,
                RouteDocumentation("List the cameras, how they do and what they saw last", gives: .json("CameraList")),
                api.cameras.list),
            Route(
                .post, "/api/v1/cameras", .administrator,
                RouteDocumentation(
                    "Add a camera", takes: .json("CameraInput"), gives: .json("Camera"), status: .created,
                    problems: [409, 422]), api.cameras.create),
            Route(
                .post, "/api/v1/cameras/probe", .administrator,
                RouteDocumentation(
                    "Connect to a camera and take one picture, or say why that fails", takes: .json("ProbeInput"),
                    gives: .json("Probe"), problems: [422, 503]), api.cameras.test),
            Route(
                .get, "/api/v1/cameras/{camera}", .viewer,
                RouteDocumentation("One camera", gives: .json("Camera"), problems: [404]), api.cameras.show),
            Route(
                .put, "/api/v1/cameras/{camera}", .administrator,
                RouteDocumentation(
                    "Change a camera; a password that is left out stays", takes: .json("CameraInput"),
                    gives: .json("Camera"), problems: [404, 422]), api.cameras.update),
            Route(
                .delete, "/api/v1/cameras/{camera}", .administrator,
                RouteDocumentation("Remove a camera", problems: [404]), api.cameras.remove),
            Route(
                .get, "/api/v1/observations", .viewer,
                RouteDocumentation(
                    "What was seen, newest first", gives: .json("ObservationList"),
                    query: ["camera", "before", "limit"], problems: [422]), api.observations.list),
            Route(
                .get, "/api/v1/snapshots/{snapshot}", .viewer,
                RouteDocumentation("What was seen in one picture", gives: .json("Observation"), problems: [404]),
                api.observations.show),
            Route(
                .get, "/api/v1/snapshots/{snapshot}/picture", .viewer,
                RouteDocumentation("The picture", gives: .media("image/jpeg"), problems: [404]),
                api.observations.picture),
        ]
    }

    private static func places(_ api: WebHandlers) -> [Route] {
        [
            Route(
                .get, "/api/v1/cameras/{camera}/zones", .viewer,
                RouteDocumentation("The zones of a camera", gives: .json("ZoneList"), problems: [404]),
                api.zones.list),
            Route(
                .put, "/api/v1/cameras/{camera}/zones", .administrator,
                RouteDocumentation(
                    "Replace the zones of a camera", takes: .json("ZoneListInput"), gives: .json("ZoneList"),
                    problems: [404, 422]), api.zones.update),
            Route(
                .get, "/api/v1/sites", .viewer, RouteDocumentation("List the sites", gives: .json("SiteList")),
                api.sites.list),
            Route(
                .post, "/api/v1/sites", .administrator,
                RouteDocumentation(
                    "Add a site", takes: .json("SiteInput"), gives: .json("Site"), status: .created,
                    problems: [409, 422]), api.sites.create),
            Route(
                .put, "/api/v1/sites/{site}", .administrator,
                RouteDocumentation(
                    "Change a site", takes: .json("SiteInput"), gives: .json("Site"), problems: [404, 409, 422]),
                api.sites.update),
            Route(
                .delete, "/api/v1/sites/{site}", .administrator,
                RouteDocumentation("Remove a site; its cameras stay", problems: [404]), api.sites.remove),
            Route(
                .get, "/api/v1/snapshots/{snapshot}/correction", .viewer,
                RouteDocumentation(
                    "What somebody said is to be seen in a picture", gives: .json("Correction"), problems: [404]),
                api.corrections.show),
            Route(
                .put, "/api/v1/snapshots/{snapshot}/correction", .viewer,
                RouteDocumentation(
                    "Say what is to be seen in a picture", takes: .json("CorrectionInput"), gives: .json("Correction"),
                    problems: [404, 422]), api.corrections.save),
            Route(
                .delete, "/api/v1/snapshots/{snapshot}/correction", .viewer,
                RouteDocumentation("Take a correction back", problems: [404]), api.corrections.remove),
        ]
    }

    private static func incidents(_ api: WebHandlers) -> [Route] {
        [
            Route(
                .get, "/api/v1/incidents", .viewer,
                RouteDocumentation(
                    "Incidents, newest first", gives: .json("IncidentList"),
                    query: ["state", "camera", "before", "limit"], problems: [422]), api.incidents.list),
            Route(
                .get, "/api/v1/incidents/{incident}", .viewer,
                RouteDocumentation("One incident", gives: .json("Incident"), problems: [404]), api.incidents.show),
            Route(
                .post, "/api/v1/incidents/{incident}/acknowledge", .viewer,
                RouteDocumentation("Say that it has been seen", gives: .json("Incident"), problems: [404]),
                api.incidents.acknowledge),
            Route(
                .post, "/api/v1/incidents/{incident}/false-alarm", .viewer,
                RouteDocumentation(
                    "Say, or take back, that nothing was wrong", takes: .json("FalseAlarmInput"),
                    gives: .json("Incident"), problems: [404, 422]), api.incidents.setFalseAlarm),
            Route(
                .get, "/api/v1/incidents/{incident}/evidence", .viewer,
                RouteDocumentation("Its pictures, oldest first", gives: .json("ObservationList"), problems: [404]),
                api.incidents.evidence),
            Route(
                .get, "/api/v1/incidents/{incident}/comments", .viewer,
                RouteDocumentation("What people wrote about it", gives: .json("CommentList"), problems: [404]),
                api.incidents.comments),
            Route(
                .post, "/api/v1/incidents/{incident}/comments", .viewer,
                RouteDocumentation(
                    "Write something about it", takes: .json("CommentInput"), gives: .json("CommentList"),
                    status: .created, problems: [404, 422]), api.incidents.comment),
        ]
    }

    private static func rules(_ api: WebHandlers) -> [Route] {
        [
            Route(
                .get, "/api/v1/rules", .viewer, RouteDocumentation("List the rules", gives: .json("RuleList")),
                api.rules.list),
            Route(
                .post, "/api/v1/rules", .administrator,
                RouteDocumentation(
                    "Add a rule", takes: .json("RuleInput"), gives: .json("Rule"), status: .created,
                    problems: [409, 422]), api.rules.create),
            Route(
                .get, "/api/v1/rules/{rule}", .viewer,
                RouteDocumentation("One rule", gives: .json("Rule"), problems: [404]), api.rules.show),
            Route(
                .put, "/api/v1/rules/{rule}", .administrator,
                RouteDocumentation(
                    "Change a rule", takes: .json("RuleInput"), gives: .json("Rule"), problems: [404, 422]),
                api.rules.update),
            Route(
                .delete, "/api/v1/rules/{rule}", .administrator,
                RouteDocumentation("Remove a rule", problems: [404]), api.rules.remove),
            Route(
                .post, "/api/v1/rules/dry-run", .administrator,
                RouteDocumentation(
                    "What a rule would have raised lately", takes: .json("DryRunInput"), gives: .json("DryRun"),
                    problems: [422]), api.rules.tryOut),
        ]
    }

    private static func channels(_ api: WebHandlers) -> [Route] {
        [
            Route(
                .get, "/api/v1/channels", .viewer,
                RouteDocumentation("List the channels", gives: .json("ChannelList")), api.channels.list),
            Route(
                .post, "/api/v1/channels", .administrator,
                RouteDocumentation(
                    "Add a channel; its signing secret is shown this once", takes: .json("ChannelInput"),
                    gives: .json("Channel"), status: .created, problems: [409, 422]), api.channels.create),
            Route(
                .put, "/api/v1/channels/{channel}", .administrator,
                RouteDocumentation(
                    "Change a channel", takes: .json("ChannelInput"), gives: .json("Channel"), problems: [404, 422]),
                api.channels.update),
            Route(
                .delete, "/api/v1/channels/{channel}", .administrator,
                RouteDocumentation("Remove a channel", problems: [404]), api.channels.remove),
            Route(
                .post, "/api/v1/channels/{channel}/test", .administrator,
                RouteDocumentation("Send a test message", gives: .json("ChannelTest"), problems: [404, 503]),
                api.channels.test),
            Route(
                .get, "/api/v1/channels/{channel}/notifications", .viewer,
                RouteDocumentation(
                    "What was sent lately, newest first", gives: .json("NotificationList"), query: ["limit"],
                    problems: [404, 422]), api.channels.notifications),
            Route(
                .post, "/api/v1/channels/{channel}/notifications/{notification}/retry", .administrator,
                RouteDocumentation("Send a message again that was given up", problems: [404]), api.channels.retry),
            Route(
                .get, "/api/v1/incidents/{incident}/notifications", .viewer,
                RouteDocumentation(
                    "What was told of an incident, by every channel", gives: .json("NotificationList"), problems: [404]),
                api.channels.ofIncident),
            Route(
                .get, "/api/v1/message-texts", .viewer,
                RouteDocumentation(
                    "Languages of messages, their templates, and what a template may name", gives: .json("MessageTexts")
                ),
                api.channelTexts.texts),
            Route(
                .post, "/api/v1/message-texts/preview", .administrator,
                RouteDocumentation(
                    "What a message by these templates says", takes: .json("MessagePreviewInput"),
                    gives: .json("MessagePreview"), problems: [422]), api.channelTexts.preview),
        ]
    }

    private static func statistics(_ api: WebHandlers) -> [Route] {
        let query = ["camera", "site", "zone", "interval", "from", "to"]
        return [
            Route(
                .get, "/api/v1/statistics", .viewer,
                RouteDocumentation(
                    "Sightings, incidents and pictures over time", gives: .json("Statistics"), query: query,
                    problems: [422]), api.statistics.show),
            Route(
                .get, "/api/v1/statistics/week", .viewer,
                RouteDocumentation(
                    "The same by the hours of the week", gives: .json("WeekStatistics"),
                    query: query.filter { $0 != "interval" }, problems: [422]), api.statistics.week),
            Route(
                .get, "/api/v1/statistics/table", .viewer,
                RouteDocumentation(
                    "The same by camera, for spreadsheets", gives: .media("text/csv"), query: query, problems: [422]),
                api.statistics.export),
        ]
    }

    private static func site(_ api: WebHandlers) -> [Route] {
        [
            Route(
                .post, "/api/v1/detect", .viewer,
                RouteDocumentation(
                    "Find the faces in a picture", takes: .media("image/*"), gives: .json("Detection"),
                    problems: [400, 413, 422, 503]), bodyLimit: DetectRoutes.bodyLimit, api.detect.detect),
            Route(
                .get, "/api/v1/changes", .viewer,
                RouteDocumentation("What changes, as it changes", gives: .media("text/event-stream"), problems: [503]),
                api.changes.stream),
            Route(
                .get, "/api/v1/system", .viewer,
                RouteDocumentation("How the system is doing", gives: .json("System")), api.system.show),
            Route(
                .get, "/api/v1/version", .everyone,
                RouteDocumentation("Name and version of the program", gives: .json("Version")), api.system.version),
            Route(
                .get, "/api/v1/dead-letters", .administrator,
                RouteDocumentation(
                    "What was given up, newest first", gives: .json("DeadLetterList"), query: ["limit"],
                    problems: [422]), api.deadLetters.list),
            Route(
                .post, "/api/v1/dead-letters/{queue}/{letter}/revive", .administrator,
                RouteDocumentation("Try again what was given up", problems: [404]), api.deadLetters.revive),
        ]
    }

    private static func pages(_ files: StaticFiles) -> [Route] {
        [
            Route(.get, "/", .everyone, RouteDocumentation("The page", gives: .media("text/html")), files.page),
            Route(
                .get, "/assets/{file...}", .everyone, RouteDocumentation("Its files", gives: .media("*/*")),
                files.asset),
        ]
    }

    private static func document(_ described: [Route], version: String) -> [Route] {
        let own = RouteDocumentation("This document", gives: .media("application/json"))
        let path = "/api/v1/openapi.json"
        let placeholder = Route(.get, path, .everyone, own) { _ in throw Problem.notFound }
        let document = OpenAPIDocument(routes: described + [placeholder], version: version)
        return [Route(.get, path, .everyone, own, document.show)]
    }
}
