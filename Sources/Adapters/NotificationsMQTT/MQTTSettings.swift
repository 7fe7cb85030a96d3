import Domain
import Foundation
import HTTPTypes

/// Where a broker is and what it is told, out of a channel.
struct MQTTSettings: Hashable, Sendable {
    let host: String
    let port: Int
    let usesTLS: Bool
    let username: String
    let password: Secret?
    /// Begins every topic.
    let topic: String
    /// Nil if Home Assistant is not to be told.
    let discoveryTopic: String?

    init(_ channel: Channel) {
        host = channel.text(MQTTFields.host)
        port = channel.number(MQTTFields.port) ?? 1883
        usesTLS = channel.flag(MQTTFields.usesTLS)
        username = channel.text(MQTTFields.username)
        password = channel.secret(MQTTFields.password)
        topic = channel.text(MQTTFields.topic)
        discoveryTopic = channel.flag(MQTTFields.discovery) ? channel.text(MQTTFields.discoveryTopic) : nil
    }

    /// `online` or `offline`.
    var availability: String { "\(topic)/status" }
    var events: String { "\(topic)/events" }
    /// Home Assistant says `online` here when it has started.
    var birth: String? { discoveryTopic.map { "\($0)/status" } }

    /// The picture that was last sent of a camera.
    static let evidence = "evidence"

    /// Whether it is a topic of a camera here.
    func owns(_ topic: String) -> Bool { topic.hasPrefix("\(self.topic)/") }

    /// Whether it is a topic of a discovery document here.
    func announces(_ topic: String) -> Bool { discoveryTopic.map { topic.hasPrefix("\($0)/") } ?? false }

    func topic(_ camera: CameraID, _ thing: String) -> String { "\(topic)/\(camera)/\(thing)" }

    /// What to connect to. Blocks until the name is resolved.
    /// - Returns: a number, so that the name cannot mean something else a moment later; the name if a certificate has to be
    ///   checked against it.
    /// - Throws: `MQTTError`.
    func address(_ policy: AddressPolicy) throws(MQTTError) -> String {
        let addresses = IPAddress.numericAddresses(of: host)
        guard let first = addresses.first else { throw MQTTError("the broker's name is not known") }
        guard addresses.allSatisfy({ policy.permits($0) }) else {
            throw MQTTError("the broker is in a network that may not be reached from here", isFinal: true)
        }
        return usesTLS ? host : first
    }
}

/// A message to or from a broker.
struct MQTTMessage: Hashable, Sendable {
    let topic: String
    let payload: Data
    /// Sent: whether the broker keeps it for whoever subscribes later. Received: whether the broker had kept it.
    let isRetained: Bool

    /// What takes back one that stays at the broker.
    var withdrawal: MQTTMessage { .retained(topic, "") }

    /// One that stays at the broker; an empty one takes it back.
    static func retained(_ topic: String, _ text: String) -> MQTTMessage {
        MQTTMessage(topic: topic, payload: Data(text.utf8), isRetained: true)
    }

    var text: String { String(decoding: payload, as: UTF8.self) }
}
