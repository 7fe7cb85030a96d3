package import Foundation

/// A way to tell people of incidents.
package struct Channel: Hashable, Sendable, Identifiable {
    /// What it speaks. What each has to be told: `fields`.
    package enum Kind: String, Codable, Sendable, CaseIterable {
        case telegram, slack, teams, discord, email, ntfy, gotify, mqtt
        /// A signed POST (Standard Webhooks).
        case webhook
    }

    /// Of the messages.
    package enum Language: String, Codable, Sendable, CaseIterable {
        case english = "en"
        case spanish = "es"
        case german = "de"
        case chinese = "zh"
    }

    package let id: ChannelID
    package var name: String
    package let kind: Kind
    package var settings: ChannelSettings
    package var language: Language
    /// Templates in place of the language's own; nil for those.
    package var titleTemplate: String?
    package var bodyTemplate: String?
    package var isEnabled: Bool
    package var updatedAt: Date

    package init(
        id: ChannelID = ChannelID(), name: String, kind: Kind, settings: ChannelSettings,
        language: Language = .english, titleTemplate: String? = nil, bodyTemplate: String? = nil,
        isEnabled: Bool = true, updatedAt: Date = Date()
    ) {
        self.id = id
        self.name = name
        self.kind = kind
        self.settings = settings
        self.language = language
        self.titleTemplate = titleTemplate
        self.bodyTemplate = bodyTemplate
        self.isEnabled = isEnabled
        self.updatedAt = updatedAt
    }

    package func text(_ field: ChannelField) -> String { settings.text(field) }
    package func number(_ field: ChannelField) -> Int? { settings.number(field) }
    package func flag(_ field: ChannelField) -> Bool { settings.flag(field) }
    package func secret(_ field: ChannelField) -> Secret? { settings.secrets[field.name] }
}

/// One message to one channel, in the outbox until it is delivered or given up.
package struct ChannelNotification: Hashable, Sendable, Codable, Identifiable {
    package enum State: String, Codable, Sendable, CaseIterable {
        case pending, delivered, failed
    }

    package let id: NotificationID
    package let channelID: ChannelID
    package let event: IncidentEvent
    /// The incident as it was at the event; of a summary, the latest one; nil for a report.
    package let incident: Incident?
    /// What a report is about; its figures are read when it is sent.
    package let report: ReportPeriod?
    /// Of a summary: what was held back.
    package let held: HeldMessages?
    package let createdAt: Date
    package var state: State
    package var attempts: Int
    package var nextAttemptAt: Date
    package var lastError: String?
    package var deliveredAt: Date?

    package init(
        id: NotificationID = NotificationID(), channelID: ChannelID, event: IncidentEvent, incident: Incident?,
        report: ReportPeriod? = nil, held: HeldMessages? = nil, createdAt: Date, state: State = .pending,
        attempts: Int = 0,
        nextAttemptAt: Date? = nil, lastError: String? = nil, deliveredAt: Date? = nil
    ) {
        self.id = id
        self.channelID = channelID
        self.event = event
        self.incident = incident
        self.report = report
        self.held = held
        self.createdAt = createdAt
        self.state = state
        self.attempts = attempts
        self.nextAttemptAt = nextAttemptAt ?? createdAt
        self.lastError = lastError
        self.deliveredAt = deliveredAt
    }
}
