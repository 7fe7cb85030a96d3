package import Domain
package import Notifications
import ServiceLifecycle
import Synchronization

/// Shows how the cameras are as messages that stay at the broker, for Home Assistant with discovery.
package final class MQTTLiveState: LiveStateDisplay {
    private let options: MQTTOptions
    private let brokers = Mutex<[ChannelID: BrokerDisplay]>([:])

    package init(_ options: MQTTOptions) { self.options = options }

    package func shows(_ channel: Channel) -> Bool { channel.kind == .mqtt }

    package func show(_ state: LiveState, on channels: [Channel]) async -> [ChannelID: String] {
        let wanted = Dictionary(channels.filter(shows).map { ($0.id, MQTTSettings($0)) }) { first, _ in first }
        let (shown, gone) = brokers.withLock { brokers in
            let gone = brokers.filter { wanted[$0.key] != $0.value.settings }.map { ($0.value, wanted[$0.key]) }
            brokers = wanted.reduce(into: [:]) { next, entry in
                let known = brokers[entry.key].flatMap { $0.settings == entry.value ? $0 : nil }
                next[entry.key] = known ?? BrokerDisplay(entry.value, options)
            }
            return (brokers, gone)
        }
        await withDiscardingTaskGroup { group in
            for (broker, next) in gone { group.addTask { await broker.withdraw(for: next) } }
        }
        return await withTaskGroup(of: (ChannelID, String?).self) { group in
            for (id, broker) in shown { group.addTask { (id, await broker.show(state)) } }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    package func stop() async {
        let shown = brokers.withLock { brokers in
            defer { brokers = [:] }
            return brokers.values
        }
        await withDiscardingTaskGroup { group in
            for broker in shown { group.addTask { await broker.stop() } }
        }
    }
}

/// What one broker is shown: over one connection, made again whenever it was lost.
actor BrokerDisplay {
    nonisolated let settings: MQTTSettings
    private let options: MQTTOptions
    private nonisolated let executor = QueueExecutor(label: "mqtt.display")
    private var client: MQTTClient?
    /// What the broker keeps from this process, by topic.
    private var kept: [String: MQTTMessage] = [:]
    /// Cameras of which it may keep a picture.
    private var cameras: Set<CameraID> = []

    init(_ settings: MQTTSettings, _ options: MQTTOptions) {
        self.settings = settings
        self.options = options
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// Says what is new, and takes back what is no more.
    /// - Returns: why it failed.
    func show(_ state: LiveState) -> String? {
        let wanted = Dictionary(HomeAssistant.messages(state, settings).map { ($0.topic, $0) }) { $1 }
        let deadline = MQTTDeadline(in: options.timeout)
        do {
            let client = try connected(by: deadline)
            var messages = try client.received(by: deadline).flatMap { answer(to: $0, wanted) }
            messages += kept.values.filter { wanted[$0.topic] == nil && !$0.payload.isEmpty }.map(\.withdrawal)
            messages += pictures(of: cameras.subtracting(state.cameras.map(\.id)))
            messages += wanted.values.filter { kept[$0.topic] != $0 }
            try client.publish(messages, by: deadline)
            kept = wanted
            cameras = Set(state.cameras.map(\.id))
            return nil
        } catch {
            client = nil
            kept = [:]
            return error.description
        }
    }

    /// Says that nothing is shown any more, and ends the connection.
    func stop() { leave(with: [], in: .seconds(2)) }

    /// Takes everything back, for a channel that is off or has moved, and ends the connection.
    /// - Parameter next: where the channel shows from now on; another notifier may already do so, so what belongs there stays.
    func withdraw(for next: MQTTSettings?) {
        let messages = kept.values.map(\.withdrawal) + pictures(of: cameras)
        let isSameBroker = next.map { ($0.host, $0.port) == (settings.host, settings.port) } ?? false
        let stays = { isSameBroker && (next?.owns($0) == true || next?.announces($0) == true) }
        leave(with: messages.filter { !stays($0.topic) }, in: options.timeout)
    }

    private func leave(with messages: [MQTTMessage], in limit: Duration) {
        guard let client else { return }
        self.client = nil
        let deadline = MQTTDeadline(in: limit)
        try? client.publish(messages + [offline], by: deadline)
        client.disconnect(by: deadline)
    }

    private func pictures(of cameras: Set<CameraID>) -> [MQTTMessage] {
        cameras.map { .retained(settings.topic($0, MQTTSettings.evidence), "") }
    }

    private var online: MQTTMessage { .retained(settings.availability, "online") }
    private var offline: MQTTMessage { .retained(settings.availability, "offline") }

    private func connected(by deadline: MQTTDeadline) throws(MQTTError) -> MQTTClient {
        if let client { return client }
        let made = try MQTTClient(settings, authorities: options.certificateAuthorities, will: offline)
        try made.connect(to: try settings.address(options.policy), port: settings.port, by: deadline)
        try made.publish([online], by: deadline)
        let discovery = settings.discoveryTopic.map { ["\($0)/status", "\($0)/+/+/config"] } ?? []
        try made.subscribe(to: [settings.availability] + discovery, by: deadline)
        client = made
        return made
    }

    /// Another notifier that went took the word back for both; Home Assistant that has started wants to hear all again;
    /// and a camera that was removed while nobody was here is still announced.
    private func answer(to message: MQTTMessage, _ wanted: [String: MQTTMessage]) -> [MQTTMessage] {
        if message.topic == settings.availability { return message.text == "offline" ? [online] : [] }
        if message.topic == settings.birth {
            if message.text == "online", !message.isRetained { kept = [:] }
            return []
        }
        let isStale = message.isRetained && wanted[message.topic] == nil
        return isStale ? HomeAssistant.withdrawal(of: message, settings) : []
    }
}
