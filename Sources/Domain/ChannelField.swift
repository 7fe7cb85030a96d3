/// One thing that a kind of channel has to be told. The form of the pages, the checks of the API, its description and what
/// the database keeps are all made from these.
package struct ChannelField: Hashable, Sendable {
    package enum Form: Hashable, Sendable {
        /// One line of at most so many Unicode scalars.
        case text(limit: Int)
        /// `http` or `https`.
        case address
        /// Name or numeric address of a machine.
        case host
        /// One e-mail address.
        case mailbox
        /// E-mail addresses, separated by commas.
        case mailboxes
        case number(ClosedRange<Int>)
        case flag
        case choice([String])
        /// The identity of a site; nothing for all cameras.
        case site
        /// A text that is never given back.
        case secret(limit: Int)
        /// An address that holds a key, so that it is never given back.
        case secretAddress
        /// A secret that is made here and shown once.
        case generated

        package var isSecret: Bool {
            switch self {
            case .secret, .secretAddress, .generated: true
            default: false
            }
        }
    }

    package let name: String
    package let form: Form
    package let isNeeded: Bool
    /// What is taken where nothing is set.
    package let fallback: ChannelSettings.Value?
    /// Whether secrets are sent to what it names: another value needs them to be given again.
    package let isDestination: Bool

    package init(
        _ name: String, _ form: Form, isNeeded: Bool = false, fallback: ChannelSettings.Value? = nil,
        isDestination: Bool = false
    ) {
        self.name = name
        self.form = form
        self.isNeeded = isNeeded
        self.fallback = fallback
        self.isDestination = isDestination
    }
}

package enum WebhookFields {
    package static let address = ChannelField("address", .address, isNeeded: true)
    /// `whsec_` and base64 of 24 to 64 random bytes.
    package static let secret = ChannelField("secret", .generated)
}

package enum TelegramFields {
    package static let token = ChannelField("bot_token", .secret(limit: 100), isNeeded: true)
    /// A number, or `@name` of a public channel.
    package static let chat = ChannelField("chat_id", .text(limit: 64), isNeeded: true)
    package static let topic = ChannelField("topic_id", .number(1...Int(Int32.max)))
    package static let server = ChannelField(
        "server", .address, fallback: .text("https://api.telegram.org"), isDestination: true)
}

package enum SlackFields {
    package static let address = ChannelField("address", .secretAddress, isNeeded: true)
    /// With a token and a channel, pictures are uploaded.
    package static let token = ChannelField("bot_token", .secret(limit: 255))
    package static let channel = ChannelField("channel_id", .text(limit: 64))
    package static let server = ChannelField(
        "server", .address, fallback: .text("https://slack.com"), isDestination: true)
}

package enum TeamsFields {
    package static let address = ChannelField("address", .secretAddress, isNeeded: true)
}

package enum DiscordFields {
    package static let address = ChannelField("address", .secretAddress, isNeeded: true)
}

package enum EmailFields {
    package static let host = ChannelField("host", .host, isNeeded: true, isDestination: true)
    package static let port = ChannelField("port", .number(1...65_535), fallback: .number(587), isDestination: true)
    package static let security = ChannelField(
        "security", .choice(["starttls", "tls", "none"]), fallback: .text("starttls"), isDestination: true)
    package static let username = ChannelField("username", .text(limit: 255))
    package static let password = ChannelField("password", .secret(limit: 255))
    package static let sender = ChannelField("from", .mailbox, isNeeded: true)
    package static let recipients = ChannelField("to", .mailboxes, isNeeded: true)
    /// See `ReportSchedule`.
    package static let report = ChannelField(
        "report", .choice(["off"] + ReportSchedule.Frequency.allCases.map(\.rawValue)), fallback: .text("off"))
    package static let reportHour = ChannelField("report_hour", .number(0...23), fallback: .number(7))
    package static let reportSite = ChannelField("report_site", .site)
}

package enum NtfyFields {
    package static let server = ChannelField(
        "server", .address, fallback: .text("https://ntfy.sh"), isDestination: true)
    package static let topic = ChannelField("topic", .text(limit: 64), isNeeded: true)
    package static let token = ChannelField("token", .secret(limit: 255))
}

package enum GotifyFields {
    package static let server = ChannelField("server", .address, isNeeded: true, isDestination: true)
    package static let token = ChannelField("token", .secret(limit: 255), isNeeded: true)
}

package enum MQTTFields {
    package static let host = ChannelField("host", .host, isNeeded: true, isDestination: true)
    package static let port = ChannelField("port", .number(1...65_535), fallback: .number(1883), isDestination: true)
    package static let usesTLS = ChannelField("tls", .flag, fallback: .flag(false), isDestination: true)
    package static let username = ChannelField("username", .text(limit: 255))
    package static let password = ChannelField("password", .secret(limit: 255))
    /// Begins every topic.
    package static let topic = ChannelField("topic", .text(limit: 100), fallback: .text("maskwatch"))
    /// Whether Home Assistant is told of the cameras.
    package static let discovery = ChannelField("discovery", .flag, fallback: .flag(true))
    package static let discoveryTopic = ChannelField(
        "discovery_topic", .text(limit: 100), fallback: .text("homeassistant"))
}

extension Channel.Kind {
    /// In the order in which a form asks for them.
    package var fields: [ChannelField] {
        switch self {
        case .webhook: [WebhookFields.address, WebhookFields.secret]
        case .telegram: [TelegramFields.token, TelegramFields.chat, TelegramFields.topic, TelegramFields.server]
        case .slack: [SlackFields.address, SlackFields.token, SlackFields.channel, SlackFields.server]
        case .teams: [TeamsFields.address]
        case .discord: [DiscordFields.address]
        case .email:
            [
                EmailFields.host, EmailFields.port, EmailFields.security, EmailFields.username, EmailFields.password,
                EmailFields.sender, EmailFields.recipients, EmailFields.report, EmailFields.reportHour,
                EmailFields.reportSite,
            ]
        case .ntfy: [NtfyFields.server, NtfyFields.topic, NtfyFields.token]
        case .gotify: [GotifyFields.server, GotifyFields.token]
        case .mqtt:
            [
                MQTTFields.host, MQTTFields.port, MQTTFields.usesTLS, MQTTFields.username, MQTTFields.password,
                MQTTFields.topic, MQTTFields.discovery, MQTTFields.discoveryTopic,
            ]
        }
    }

    /// Whether a message carries the evidence itself, not only a link to it.
    package var takesPictures: Bool {
        switch self {
        case .telegram, .slack, .discord, .email, .ntfy, .mqtt: true
        case .webhook, .teams, .gotify: false
        }
    }
}
