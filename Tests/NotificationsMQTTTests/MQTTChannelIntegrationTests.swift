import Domain
import Foundation
import HTTPTypes
import Notifications
import NotificationsMQTT
import TestSupport
import Testing

@Suite(
    "MQTT: what happens", .timeLimit(.minutes(10)),
    .enabled(if: IntegrationServer.has(Broker.variable), "no MQTT broker: run scripts/integration"))
struct MQTTChannelIntegrationTests {
    private func deliver(
        _ alert: Alert = .sample(), to channel: Channel, trusting authorities: String? = nil,
        policy: AddressPolicy = AddressPolicy(), timeout: Duration = .seconds(30)
    ) async -> DeliveryResult {
        var options = MQTTOptions()
        options.policy = policy
        options.certificateAuthorities = authorities
        options.timeout = timeout
        return await MQTTChannel(options).deliver(alert, to: channel)
    }

    @Test("an incident is an event with its words, and its evidence stays as a picture")
    func event() async throws {
        let home = Home(port: try await Broker.shared.port())
        let listener = try await Listener(home)
        let alert = Alert.sample()
        #expect(await deliver(alert, to: home.channel()) == .delivered)
        #expect(await eventually { !listener.messages("\(home.topic)/events").isEmpty })
        let data = try #require(listener.messages("\(home.topic)/events").first?.payload)
        let event = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(event["type"] as? String == "incident.opened" && event["title"] as? String == alert.text.title)
        #expect(event["text"] as? String == alert.text.body)
        let content = try #require(event["data"] as? [String: Any])
        #expect((content["incident"] as? [String: Any])?["id"] as? String == alert.incident.id.description)
        let later = try await Listener(home)
        let camera = try #require(alert.incident.cameraID)
        #expect(await eventually { later.messages("\(home.topic)/\(camera)/evidence").first?.payload == alert.picture })
        #expect(later.messages("\(home.topic)/events").isEmpty, "an event is not told again to whoever comes later")
    }

    @Test("TLS checks the certificate and signs in; a wrong password is said, and never shown")
    func encrypted() async throws {
        let broker = Broker.shared
        let (password, home) = (try await broker.password(), Home(port: try await broker.port("TLS_")))
        let channel = home.channel(host: "localhost", password: password, usesTLS: true)
        #expect(await deliver(to: channel, trusting: broker.authorities) == .delivered)
        #expect(
            await deliver(to: channel)
                == .retry(reason: "no TLS connection to the broker could be made", after: nil))
        let other = home.channel(host: "127.0.0.1", password: password, usesTLS: true)
        #expect(
            await deliver(to: other, trusting: broker.authorities)
                == .retry(reason: "no TLS connection to the broker could be made", after: nil))
        let plain = Home(port: try await broker.port("PASSWORD_"))
        #expect(await deliver(to: plain.channel(password: password)) == .delivered)
        for wrong in [plain.channel(password: "CANARY"), plain.channel()] {
            #expect(
                await deliver(to: wrong)
                    == .retry(reason: "the broker refused user name and password", after: nil))
        }
    }

    @Test("N1: a broker that is not there, keeps silent, or speaks no MQTT is tried again")
    func broken() async throws {
        let absent = await deliver(to: Home(port: 1).channel())
        guard case .retry(let reason, _) = absent, reason.contains("no connection to the broker") else {
            return #expect(Bool(false), "\(absent)")
        }
        let silent = try ScriptedServer { connection in while try connection.read() != nil {} }
        #expect(
            await deliver(to: Home(port: silent.port).channel(), timeout: .milliseconds(300))
                == .retry(reason: "the broker did not answer in time", after: nil))
        let web = try ScriptedServer { connection in
            _ = try connection.read()
            try connection.write("HTTP/1.1 400 Bad Request\r\n\r\n")
        }
        guard case .retry = await deliver(to: Home(port: web.port).channel()) else {
            return #expect(Bool(false), "it was taken for a broker")
        }
        let unknown = await deliver(to: Home(port: 1).channel(host: "no-such-host.invalid"))
        #expect(unknown == .retry(reason: "the broker's name is not known", after: nil))
    }

    @Test("B4: nothing goes to where the policy forbids")
    func policy() async throws {
        let server = try ScriptedServer { _ in }
        let policy = AddressPolicy(allowsLoopback: false)
        guard case .failed = await deliver(to: Home(port: server.port).channel(host: "localhost"), policy: policy)
        else {
            return #expect(Bool(false), "it was tried")
        }
        #expect(server.requests.isEmpty)
    }
}
