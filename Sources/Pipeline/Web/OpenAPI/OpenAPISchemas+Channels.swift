import Domain

extension OpenAPISchemas {
    /// Channels: what they take and give. The settings of each kind are made from its fields.
    static let channels: [String: JSONValue] = [
        "ChannelInput": object(
            [
                "name": text(.name), "kind": choice(Channel.Kind.self),
                "settings": anyOf(Channel.Kind.allCases.map(settingsInput)),
                "language": choice(Channel.Language.self), "title_template": nullable(text(.titleTemplate)),
                "body_template": nullable(text(.bodyTemplate)), "is_enabled": flag,
            ], optional: ["kind", "settings", "language", "title_template", "body_template", "is_enabled"]),
        "Channel": object(
            [
                "id": uuid, "name": text, "kind": choice(Channel.Kind.self), "destination": text,
                "settings": nullable(anyOf(Channel.Kind.allCases.map(settingsView))),
                "language": choice(Channel.Language.self), "title_template": nullable(text),
                "body_template": nullable(text), "is_enabled": flag, "secret": text,
            ], optional: ["secret"]),
        "ChannelList": object(["channels": list(reference("Channel"))]),
        "ChannelTest": object(["result": ["type": "string", "enum": ["delivered", "failed"]], "detail": text]),
        "Notification": object([
            "id": uuid, "channel_id": uuid, "event": choice(IncidentEvent.self),
            "incident": nullable(reference("Incident")),
            "created_at": time, "state": choice(ChannelNotification.State.self), "attempts": count,
            "last_error": nullable(text), "delivered_at": nullable(time), "next_attempt_at": nullable(time),
        ]),
        "NotificationList": object(["notifications": list(reference("Notification"))]),
        "MessageTexts": object([
            "languages": list(
                object([
                    "code": choice(Channel.Language.self), "name": text, "title_template": text,
                    "body_template": text,
                ])),
            "variables": list(text),
        ]),
        "MessagePreviewInput": object(
            [
                "language": choice(Channel.Language.self), "title_template": nullable(text(.titleTemplate)),
                "body_template": nullable(text(.bodyTemplate)),
            ], optional: ["language", "title_template", "body_template"]),
        "MessagePreview": object(["title": text, "body": text]),
    ]

    private static func anyOf(_ schemas: [JSONValue]) -> JSONValue { ["anyOf": .array(schemas)] }

    private static func settingsInput(_ kind: Channel.Kind) -> JSONValue {
        let given = kind.fields.filter { $0.form != .generated }
        let properties = Dictionary(uniqueKeysWithValues: given.map { ($0.name, nullable(schema($0.form))) })
        return titled(kind, object(properties, optional: Set(properties.keys)))
    }

    private static func settingsView(_ kind: Channel.Kind) -> JSONValue {
        let properties = kind.fields.map { field in
            field.form.isSecret ? ("has_\(field.name)", flag) : (field.name, nullable(schema(field.form)))
        }
        return titled(kind, object(Dictionary(uniqueKeysWithValues: properties)))
    }

    private static func titled(_ kind: Channel.Kind, _ schema: JSONValue) -> JSONValue {
        guard case .object(var members) = schema else { return schema }
        members["title"] = .string(kind.rawValue)
        return .object(members)
    }

    private static func schema(_ form: ChannelField.Form) -> JSONValue {
        switch form {
        case .number(let range): integer(in: range)
        case .flag: flag
        case .choice(let words): ["type": "string", "enum": .array(words.map { .string($0) })]
        default: text(form.rule)
        }
    }
}
