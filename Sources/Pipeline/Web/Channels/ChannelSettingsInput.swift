import Domain
import Foundation
import HTTPTypes

/// The fields of a channel's kind, each read and checked by its form.
struct ChannelSettingsInput {
    private(set) var settings = ChannelSettings()
    private let stored: ChannelSettings?
    private let sites: Set<SiteID>
    private let rules: AddressRules

    init(
        _ reader: inout FieldReader, kind: Channel.Kind, stored: ChannelSettings?, sites: Set<SiteID>,
        rules: AddressRules
    ) {
        self.stored = stored
        self.sites = sites
        self.rules = rules
        for field in kind.fields where !field.form.isSecret { readValue(field, &reader) }
        let movesElsewhere = kind.fields.contains { field in
            field.isDestination && stored.map { $0.value(field) != settings.value(field) } == true
        }
        for field in kind.fields where field.form.isSecret {
            readSecret(field, &reader, movesElsewhere: movesElsewhere)
        }
        ChannelSettingsCheck.check(settings, kind: kind, &reader)
    }

    private mutating func readValue(_ field: ChannelField, _ reader: inout FieldReader) {
        let given: FieldReader.Presence<ChannelSettings.Value> =
            switch field.form {
            case .number(let range): reader.optionalInteger(field.name, in: range).map { .number($0) }
            case .flag: reader.optionalFlag(field.name).map { .flag($0) }
            default: reader.optionalText(field.name, field.form.rule).map { .text($0) }
            }
        switch given {
        case .absent: settings.values[field.name] = stored?.values[field.name]
        case .null, .value(.text("")): settings.values[field.name] = nil
        case .value(let value):
            settings.values[field.name] = value
            if case .text(let text) = value { check(text, field, &reader) }
        }
        if field.isNeeded, settings.value(field) == nil, !reader.hasError(field.name) {
            reader.fail(field.name, "This is needed.")
        }
    }

    /// Left out it stays, unless it would go to another server than the one it was given for.
    private mutating func readSecret(_ field: ChannelField, _ reader: inout FieldReader, movesElsewhere: Bool) {
        guard field.form != .generated else {
            settings.secrets[field.name] = stored?.secrets[field.name]
            return
        }
        switch reader.optionalText(field.name, field.form.rule) {
        case .absent:
            settings.secrets[field.name] = stored?.secrets[field.name]
            if movesElsewhere, settings.secrets[field.name] != nil {
                reader.fail(field.name, "The address names another server now: enter this again, or empty it.")
            }
        case .null, .value(""): settings.secrets[field.name] = nil
        case .value(let text):
            settings.secrets[field.name] = Secret(text)
            check(text, field, &reader)
        }
        if field.isNeeded, settings.secrets[field.name] == nil, !reader.hasError(field.name) {
            reader.fail(field.name, "This is needed.")
        }
    }

    private func check(_ text: String, _ field: ChannelField, _ reader: inout FieldReader) {
        do {
            switch field.form {
            case .address, .secretAddress: _ = try rules.receiver(text)
            case .host: try rules.host(text)
            case .mailbox: try Mailbox.check(text)
            case .mailboxes: try Mailbox.checkList(text)
            case .site where SiteID(text).map(sites.contains) != true:
                throw AddressRules.Violation(message: "This site is not there any more.")
            case .choice(let words) where !words.contains(text):
                throw AddressRules.Violation(message: "This must be one of \(words.joined(separator: ", ")).")
            default: break
            }
        } catch { reader.fail(field.name, (error as? AddressRules.Violation)?.message ?? "\(error)") }
    }
}

extension ChannelField.Form {
    /// Whether the field is empty is asked elsewhere.
    var rule: TextRule {
        switch self {
        case .text(let limit): TextRule(length: 0...limit)
        case .secret(let limit): TextRule(length: 0...limit, keepsSpaces: true)
        case .address, .secretAddress: TextRule(length: 0...2048)
        case .host: TextRule(length: 0...253)
        case .mailbox: TextRule(length: 0...254)
        case .mailboxes: TextRule(length: 0...2000)
        case .number, .flag, .choice, .site, .generated: TextRule(length: 0...100)
        }
    }
}

/// E-mail addresses as servers without extensions take them (RFC 5321, section 4.1.2), without quoted and commented forms.
enum Mailbox {
    static let maximumRecipients = 50

    static func check(_ text: String) throws(AddressRules.Violation) {
        let isAddress = text.wholeMatch(of: #/[A-Za-z0-9.!#$%&'*+\/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}/#) != nil
        guard isAddress else {
            throw AddressRules.Violation(
                message: "'\(text.prefix(80))' is not an e-mail address like name@example.org.")
        }
    }

    static func checkList(_ text: String) throws(AddressRules.Violation) {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count <= maximumRecipients else {
            throw AddressRules.Violation(message: "There may be at most \(maximumRecipients) addresses.")
        }
        for part in parts { try check(part.trimmingCharacters(in: .whitespaces)) }
    }
}

/// What a service asks of its values beyond their form.
enum ChannelSettingsCheck {
    static func check(_ settings: ChannelSettings, kind: Channel.Kind, _ reader: inout FieldReader) {
        switch kind {
        case .telegram: telegram(settings, &reader)
        case .slack: slack(settings, &reader)
        case .ntfy:
            let topic = settings.text(NtfyFields.topic)
            let isTopic = topic.wholeMatch(of: #/[A-Za-z0-9_-]{1,64}/#) != nil
            fail(
                NtfyFields.topic, unless: topic.isEmpty || isTopic, "A topic may hold letters, digits, _ and -.",
                &reader)
        case .mqtt:
            for field in [MQTTFields.topic, MQTTFields.discoveryTopic] {
                let isTopic = settings.text(field).wholeMatch(of: #/[^+#\/]+(\/[^+#\/]+)*/#) != nil
                fail(field, unless: isTopic, "A topic must not begin or end with /, nor hold + or #.", &reader)
            }
        case .webhook, .teams, .discord, .email, .gotify: break
        }
    }

    private static func telegram(_ settings: ChannelSettings, _ reader: inout FieldReader) {
        let token = settings.secrets[TelegramFields.token.name]?.reveal() ?? ""
        fail(
            TelegramFields.token, unless: token.isEmpty || token.wholeMatch(of: #/[0-9]+:[A-Za-z0-9_-]{20,}/#) != nil,
            "A bot token looks like 123456:ABC-DEF…; @BotFather gives it.", &reader)
        let chat = settings.text(TelegramFields.chat)
        let isChat = chat.wholeMatch(of: #/-?[0-9]{1,20}|@[A-Za-z0-9_]{4,32}/#) != nil
        fail(
            TelegramFields.chat, unless: chat.isEmpty || isChat,
            "This must be a number such as -1001234567890, or @name.",
            &reader)
    }

    private static func slack(_ settings: ChannelSettings, _ reader: inout FieldReader) {
        let hasToken = settings.secrets[SlackFields.token.name] != nil
        fail(
            SlackFields.channel, unless: !hasToken || !settings.text(SlackFields.channel).isEmpty,
            "With a bot token, say which channel the pictures go to.", &reader)
    }

    private static func fail(
        _ field: ChannelField, unless isRight: Bool, _ message: String, _ reader: inout FieldReader
    ) {
        if !isRight, !reader.hasError(field.name) { reader.fail(field.name, message) }
    }
}
