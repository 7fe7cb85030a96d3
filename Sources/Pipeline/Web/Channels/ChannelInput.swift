import Domain
import Foundation
import Notifications

/// A channel as the user describes it. What is left out stays as it is stored; secrets that are made here never come from
/// outside.
struct ChannelInput: Sendable {
    let name: String
    let kind: Channel.Kind
    let settings: ChannelSettings
    let templates: MessageTemplatesInput
    let isEnabled: Bool

    /// - Parameter sites: those that may be named.
    init(_ reader: inout FieldReader, stored: Channel? = nil, sites: Set<SiteID>, rules: AddressRules) {
        name = reader.text("name", .name)
        let kind = reader.choice("kind", fallback: stored?.kind)
        if let stored, kind != stored.kind, !reader.hasError("kind") {
            reader.fail("kind", "A channel stays what it is: add another one instead.")
        }
        self.kind = kind
        let before = stored?.kind == kind ? stored?.settings : nil
        settings =
            reader.nested("settings", isNeeded: stored == nil) {
                ChannelSettingsInput(&$0, kind: kind, stored: before, sites: sites, rules: rules).settings
            } ?? before ?? ChannelSettings()
        templates = MessageTemplatesInput(&reader, stored: stored)
        isEnabled = reader.flag("is_enabled", fallback: stored?.isEnabled ?? true)
    }

    func channel(changing stored: Channel? = nil, at now: Date) -> Channel {
        Channel(
            id: stored?.id ?? ChannelID(at: now), name: name, kind: kind, settings: settings,
            language: templates.language, titleTemplate: templates.title, bodyTemplate: templates.body,
            isEnabled: isEnabled, updatedAt: now)
    }
}

/// The words of a channel's messages.
struct MessageTemplatesInput: Sendable {
    let language: Channel.Language
    /// Nil for the language's own.
    let title: String?
    let body: String?

    init(_ reader: inout FieldReader, stored: Channel? = nil) {
        language = reader.choice("language", fallback: stored?.language ?? .english)
        title = Self.template("title_template", &reader, stored: stored?.titleTemplate, .titleTemplate)
        body = Self.template("body_template", &reader, stored: stored?.bodyTemplate, .bodyTemplate)
    }

    private static func template(
        _ name: String, _ reader: inout FieldReader, stored: String?, _ rule: TextRule
    ) -> String? {
        switch reader.optionalText(name, rule) {
        case .absent: return stored
        case .null: return nil
        case .value(let text):
            guard !text.isEmpty else { return nil }
            do { _ = try MessageTemplate(text) } catch { reader.fail(name, error.description) }
            return text
        }
    }
}

extension TextRule {
    static let titleTemplate = TextRule(length: 0...500)
    static let bodyTemplate = TextRule(length: 0...MessageTemplate.maximumLength, keepsLines: true)
}
