import Domain
import Foundation
import Notifications

/// What Home Assistant is told of the cameras (its MQTT discovery: a device a camera, an entity a thing), and the states
/// that it then reads.
enum HomeAssistant {
    /// Discovery documents and states, all of which stay at the broker.
    static func messages(_ state: LiveState, _ settings: MQTTSettings) -> [MQTTMessage] {
        state.cameras.flatMap { camera in
            states(camera, settings) + (settings.discoveryTopic.map { documents(camera, settings, $0) } ?? [])
        }
    }

    /// What takes a discovery document back together with the state or picture it names; nothing if it was made by an
    /// installation with another topic.
    static func withdrawal(of message: MQTTMessage, _ settings: MQTTSettings) -> [MQTTMessage] {
        struct Known: Decodable {
            let availability_topic: String
            let state_topic: String?
            let image_topic: String?
        }
        guard message.topic.contains("/maskwatch_"),
            let known = try? JSONDecoder().decode(Known.self, from: message.payload),
            known.availability_topic == settings.availability
        else { return [] }
        let named = [known.state_topic, known.image_topic].compactMap(\.self)
        return ([message.topic] + named.filter { settings.owns($0) }).map { .retained($0, "") }
    }

    private static func states(_ camera: LiveState.Camera, _ settings: MQTTSettings) -> [MQTTMessage] {
        var values = [("online", camera.isOnline ? "ON" : "OFF"), ("incident", camera.hasOpenIncident ? "ON" : "OFF")]
        for (state, count) in camera.faces { values.append((state.rawValue, String(count))) }
        if !camera.keepsEvidence { values.append((MQTTSettings.evidence, "")) }
        return values.map { .retained(settings.topic(camera.id, $0.0), $0.1) }
    }

    /// Field names are those of Home Assistant's documentation.
    private struct Document: Encodable {
        struct Device: Encodable {
            let identifiers: [String]
            let name: String
            let manufacturer = "Maskwatch"
        }
        struct Origin: Encodable { let name = "Maskwatch" }

        let unique_id: String
        let name: String
        let availability_topic: String
        let payload_available = "online"
        let payload_not_available = "offline"
        let device: Device
        let origin = Origin()
        var state_topic: String?
        var image_topic: String?
        var content_type: String?
        var device_class: String?
        var state_class: String?
    }

    private struct Entity: Sendable {
        let component: String
        /// The last part of its topic.
        let thing: String
        let name: String
        let change: @Sendable (inout Document, _ topic: String) -> Void
    }

    private static let entities =
        [
            sensor("online", "Online", "connectivity"), sensor("incident", "Open incident", "problem"),
            Entity(component: "image", thing: MQTTSettings.evidence, name: "Evidence") {
                $0.image_topic = $1
                $0.content_type = "image/jpeg"
            },
        ]
        + MaskState.allCases.map { state in
            Entity(component: "sensor", thing: state.rawValue, name: name(state)) {
                $0.state_topic = $1
                $0.state_class = "measurement"
            }
        }

    private static func sensor(_ thing: String, _ name: String, _ deviceClass: String) -> Entity {
        Entity(component: "binary_sensor", thing: thing, name: name) {
            $0.state_topic = $1
            $0.device_class = deviceClass
        }
    }

    private static func documents(
        _ camera: LiveState.Camera, _ settings: MQTTSettings, _ discoveryTopic: String
    ) -> [MQTTMessage] {
        entities.compactMap { entity in
            let id = "maskwatch_\(camera.id)_\(entity.thing)"
            var document = Document(
                unique_id: id, name: entity.name, availability_topic: settings.availability,
                device: Document.Device(identifiers: ["maskwatch_\(camera.id)"], name: camera.name))
            entity.change(&document, settings.topic(camera.id, entity.thing))
            let encoder = JSONEncoder()
            // The same bytes every time, so that what did not change is not said again.
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            guard let data = try? encoder.encode(document) else { return nil }
            return MQTTMessage(
                topic: "\(discoveryTopic)/\(entity.component)/\(id)/config", payload: data, isRetained: true)
        }
    }

    private static func name(_ state: MaskState) -> String {
        switch state {
        case .wornCorrectly: "Masks worn"
        case .wornIncorrectly: "Masks worn wrongly"
        case .without: "Faces without a mask"
        case .unknown: "Unclear faces"
        }
    }
}
