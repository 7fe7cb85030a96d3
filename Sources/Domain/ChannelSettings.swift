import Foundation

/// What a channel was told about its service: the values of its kind's fields. Secrets are apart, so that the rest can be
/// shown and stored as it is.
package struct ChannelSettings: Hashable, Sendable {
    package enum Value: Hashable, Sendable {
        case text(String)
        case number(Int)
        case flag(Bool)
    }

    package var values: [String: Value]
    package var secrets: [String: Secret]

    package init(values: [String: Value] = [:], secrets: [String: Secret] = [:]) {
        self.values = values
        self.secrets = secrets
    }

    /// Empty if nothing is set and there is no fallback.
    package func text(_ field: ChannelField) -> String {
        guard case .text(let text) = value(field) else { return "" }
        return text
    }

    package func number(_ field: ChannelField) -> Int? {
        guard case .number(let number) = value(field) else { return nil }
        return number
    }

    package func flag(_ field: ChannelField) -> Bool { value(field) == .flag(true) }

    /// What is set, or the field's fallback.
    package func value(_ field: ChannelField) -> Value? { values[field.name] ?? field.fallback }

    /// The text without any of the secrets, for errors that may quote what was sent.
    package func redacted(_ text: String) -> String {
        secrets.values.flatMap { Self.pieces(of: $0.reveal()) }.sorted { $0.count > $1.count }
            .reduce(text) { $0.replacing($1, with: "***") }
    }

    /// The secret, and of an address also the parts after its host that may be keys.
    private static func pieces(of secret: String) -> [String] {
        guard let address = try? CameraAddress(secret) else { return secret.isEmpty ? [] : [secret] }
        return [secret] + address.path.split { "/?&=".contains($0) }.map(String.init).filter { $0.count >= 8 }
    }
}

/// As databases keep it: the values readable, the secrets only to be sealed.
extension ChannelSettings {
    package func valuesJSON() throws -> String { String(decoding: try JSON.encode(values), as: UTF8.self) }

    /// Not to be written anywhere unsealed.
    package func secretsJSON() throws -> Secret {
        Secret(String(decoding: try JSON.encode(secrets.mapValues { $0.reveal() }), as: UTF8.self))
    }

    package init(valuesJSON: String, secretsJSON: Secret) throws {
        values = try JSON.decode([String: Value].self, from: Data(valuesJSON.utf8))
        secrets = try JSON.decode([String: String].self, from: Data(secretsJSON.reveal().utf8)).mapValues { Secret($0) }
    }
}

extension ChannelSettings.Value: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? container.decode(Int.self) {
            self = .number(number)
        } else {
            self = .text(try container.decode(String.self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .number(let number): try container.encode(number)
        case .flag(let flag): try container.encode(flag)
        }
    }
}
