import Domain
import Foundation
import HTTPTypes
import Notifications
import NotificationsMQTT
import TestSupport
import Testing

@Suite(
    "MQTT: how things are", .timeLimit(.minutes(10)),
    .enabled(if: IntegrationServer.has(Broker.variable), "no MQTT broker: run scripts/integration"))
struct MQTTLiveStateIntegrationTests {
    private func state(
        _ camera: CameraID, hasIncident: Bool = false, without: Int = 0, keepsEvidence: Bool = true
    ) -> LiveState {
        LiveState(cameras: [
            .init(
                id: camera, name: "Hof", isOnline: true, hasOpenIncident: hasIncident,
                faces: [.without: without, .wornCorrectly: 2, .wornIncorrectly: 0, .unknown: 0],
                keepsEvidence: keepsEvidence)
        ])
    }

    @Test("Home Assistant finds the cameras, reads their states, and forgets one that is removed")
    func discovery() async throws {
        let home = Home(port: try await Broker.shared.port())
        let listener = try await Listener(home)
        let (display, camera, channel) = (MQTTLiveState(MQTTOptions()), CameraID(), home.channel())
        let id = "maskwatch_\(camera)_incident"
        let document = "\(home.discovery)/binary_sensor/\(id)/config"
        #expect(await display.show(state(camera), on: [channel]).isEmpty)
        #expect(await eventually { !listener.messages(document).isEmpty })
        let data = try #require(listener.messages(document).first?.payload)
        let config = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(config["unique_id"] as? String == id && config["device_class"] as? String == "problem")
        #expect(config["state_topic"] as? String == "\(home.topic)/\(camera)/incident")
        #expect(config["availability_topic"] as? String == "\(home.topic)/status")
        #expect((config["device"] as? [String: Any])?["name"] as? String == "Hof")
        let topics = Set(listener.all.map(\.topic).filter { $0.hasPrefix(home.discovery) })
        #expect(topics.count == 7)
        // <discovery_prefix>/<component>/<object_id>/config
        #expect(topics.allSatisfy { $0.hasSuffix("/config") && $0.split(separator: "/").count == 5 })

        #expect(await display.show(state(camera, hasIncident: true, without: 3), on: [channel]).isEmpty)
        #expect(await eventually { listener.texts("\(home.topic)/\(camera)/incident") == ["OFF", "ON"] })
        #expect(await eventually { listener.texts("\(home.topic)/\(camera)/without_mask") == ["0", "3"] })
        #expect(listener.messages(document).count == 1, "what did not change is not said again")

        try await home.say("\(home.discovery)/status", "online")
        #expect(
            await eventually {
                _ = await display.show(state(camera, hasIncident: true), on: [channel])
                return listener.messages(document).count == 2
            }, "Home Assistant that starts hears all again")
        #expect(await display.show(LiveState(), on: [channel]).isEmpty)
        #expect(await eventually { listener.texts(document).last == "" })
        await display.stop()
        #expect(await eventually { listener.texts("\(home.topic)/status") == ["online", "offline"] })
    }

    @Test("a camera that was removed while nobody was here is forgotten; what others announced stays")
    func stale() async throws {
        let home = Home(port: try await Broker.shared.port())
        let (first, second, camera, channel) = (
            MQTTLiveState(MQTTOptions()), MQTTLiveState(MQTTOptions()), CameraID(), home.channel()
        )
        _ = await first.show(state(camera), on: [channel])
        await first.stop()
        let foreign = "\(home.discovery)/sensor/maskwatch_other/config"
        try await home.say(foreign, #"{"availability_topic":"elsewhere/status"}"#, isRetained: true)
        let listener = try await Listener(home)
        let document = "\(home.discovery)/image/maskwatch_\(camera)_evidence/config"
        #expect(await eventually { listener.messages(document).count == 1 })
        #expect(
            await eventually {
                _ = await second.show(LiveState(), on: [channel])
                return listener.texts(document).last == ""
            })
        #expect(listener.texts(foreign).count == 1)
        await second.stop()
    }

    @Test("after a restart of the broker everything is there again")
    func restart() async throws {
        let broker = try await Broker.own()
        let home = Home(port: try await broker.port())
        let (display, camera, channel) = (MQTTLiveState(MQTTOptions()), CameraID(), home.channel())
        #expect(await display.show(state(camera), on: [channel]).isEmpty)
        try await broker.kill()
        let troubles = await display.show(state(camera, without: 1), on: [channel])
        #expect(troubles[channel.id] != nil)
        try await broker.start()
        #expect(await display.show(state(camera, without: 2), on: [channel]).isEmpty)
        let listener = try await Listener(home)
        #expect(await eventually { listener.texts("\(home.topic)/status") == ["online"] })
        #expect(await eventually { listener.texts("\(home.topic)/\(camera)/without_mask") == ["2"] })
        await display.stop()
        try await broker.kill()
    }

    @Test("whoever dies leaves a last will, and another notifier that lives takes it back")
    func lastWill() async throws {
        let home = Home(port: try await Broker.shared.port())
        let listener = try await Listener(home)
        let (survivor, channel) = (MQTTLiveState(MQTTOptions()), home.channel())
        var other: MQTTLiveState? = MQTTLiveState(MQTTOptions())
        _ = await other?.show(LiveState(), on: [channel])
        // It ends without a word, as a process that is killed.
        other = nil
        #expect(await eventually { listener.texts("\(home.topic)/status") == ["online", "offline"] })
        _ = await survivor.show(LiveState(), on: [channel])
        other = MQTTLiveState(MQTTOptions())
        _ = await other?.show(LiveState(), on: [channel])
        other = nil
        #expect(
            await eventually {
                _ = await survivor.show(LiveState(), on: [channel])
                return listener.texts("\(home.topic)/status").suffix(2) == ["offline", "online"]
            })
        await survivor.stop()
    }

    @Test("a channel that moves to another topic or is switched off takes back what it left at the broker")
    func moved() async throws {
        let port = try await Broker.shared.port()
        let (old, new, display) = (Home(port: port), Home(port: port), MQTTLiveState(MQTTOptions()))
        let (camera, listener) = (CameraID(), try await Listener(old))
        var channel = old.channel()
        _ = await display.show(state(camera), on: [channel])
        try await old.say("\(old.topic)/\(camera)/evidence", "picture", isRetained: true)
        channel.settings.values["topic"] = .text(new.topic)
        _ = await display.show(state(camera), on: [channel])
        #expect(await eventually { listener.texts("\(old.topic)/status") == ["online", "offline"] })
        for thing in ["online", "without_mask", "evidence"] {
            #expect(await eventually { listener.texts("\(old.topic)/\(camera)/\(thing)").last == "" })
        }
        let document = "\(old.discovery)/image/maskwatch_\(camera)_evidence/config"
        #expect(listener.texts(document).last?.contains(new.topic) == true, "what the channel still announces stays")
        _ = await display.show(state(camera), on: [])
        #expect(await eventually { listener.texts(document).last == "" })
        await display.stop()
    }

    @Test("a channel of which only the words to the broker change leaves everything there")
    func sameHome() async throws {
        let (display, camera) = (MQTTLiveState(MQTTOptions()), CameraID())
        let home = Home(port: try await Broker.shared.port())
        let listener = try await Listener(home)
        var channel = home.channel()
        _ = await display.show(state(camera), on: [channel])
        channel.settings.values["username"] = .text("somebody")
        _ = await display.show(state(camera), on: [channel])
        #expect(await eventually { listener.texts("\(home.topic)/status") == ["online", "offline", "online"] })
        #expect(!listener.texts("\(home.topic)/\(camera)/online").contains(""))
        await display.stop()
        #expect(!listener.texts("\(home.topic)/\(camera)/online").contains(""), "nor does the end of a notifier")
    }

    @Test("the picture of a camera stays no longer than its incident is kept, nor than the camera")
    func evidence() async throws {
        let home = Home(port: try await Broker.shared.port())
        let (display, camera, channel) = (MQTTLiveState(MQTTOptions()), CameraID(), home.channel())
        let topic = "\(home.topic)/\(camera)/evidence"
        let listener = try await Listener(home)
        func say(_ picture: String) async throws {
            try await home.say(topic, picture, isRetained: true)
            #expect(await eventually { listener.texts(topic).last == picture })
        }
        _ = await display.show(state(camera), on: [channel])
        try await say("first")
        _ = await display.show(state(camera, keepsEvidence: false), on: [channel])
        #expect(await eventually { listener.texts(topic) == ["first", ""] })
        try await say("second")
        _ = await display.show(state(camera), on: [channel])
        try await say("third")
        #expect(listener.texts(topic) == ["first", "", "second", "third"], "a new picture is not taken back")
        _ = await display.show(LiveState(), on: [channel])
        #expect(await eventually { listener.texts(topic).last == "" })
        await display.stop()
    }
}
