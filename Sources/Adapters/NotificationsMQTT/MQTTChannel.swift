package import Domain
import Foundation
package import HTTPTypes
package import Notifications
import ServiceLifecycle

/// MQTT 3.1.1: what happens, as JSON on `…/events`, and the evidence of a camera as a picture that stays at the broker.
/// A connection a message, so that any number of notifiers may send.
package struct MQTTChannel: NotificationChannel {
    private let options: MQTTOptions
    private let pool = BlockingPool(label: "mqtt.client", width: 4)

    package init(_ options: MQTTOptions) { self.options = options }

    @concurrent
    package func deliver(_ alert: Alert, to channel: Channel) async -> DeliveryResult {
        let deadline = MQTTDeadline(in: options.timeout)
        do {
            let settings = MQTTSettings(channel)
            let messages = try Self.messages(alert, settings)
            try await withTaskCancellationHandler {
                try await pool.run { [options] in
                    let client = try MQTTClient(settings, authorities: options.certificateAuthorities)
                    try client.connect(to: settings.address(options.policy), port: settings.port, by: deadline)
                    try client.publish(messages, by: deadline)
                    client.disconnect(by: deadline)
                }
            } onCancel: {
                deadline.cancel()
            }
            return .delivered
        } catch let error as MQTTError {
            return error.isFinal ? .failed(reason: error.description) : .retry(reason: error.description, after: nil)
        } catch { return .failed(reason: channel.settings.redacted("\(error)")) }
    }

    /// The picture first, so that it is there when the event is read.
    private static func messages(_ alert: Alert, _ settings: MQTTSettings) throws -> [MQTTMessage] {
        let event = MQTTMessage(
            topic: settings.events, payload: try AlertPayload(alert, hasWords: true).encoded(), isRetained: false)
        guard let picture = alert.picture, let camera = alert.incident.cameraID, alert.event != nil else {
            return [event]
        }
        return [
            MQTTMessage(topic: settings.topic(camera, MQTTSettings.evidence), payload: picture, isRetained: true),
            event,
        ]
    }
}

package struct MQTTOptions: Sendable {
    /// Asked for every address of a broker.
    package var policy = AddressPolicy()
    /// A file of PEM certificates to trust instead of the system's.
    package var certificateAuthorities: String?
    /// For one message, from the connection to the broker's word that it has it.
    package var timeout = Duration.seconds(10)

    package init() {}
}
