import Domain
import Foundation
import HTTPTypes
import Messaging
import Synchronization

/// Tells browsers what changed, as server-sent events. A client costs one subscription and no task; both end when the
/// listener drops the stream of a client that is gone. The listener sends the pings.
struct LiveChanges: Sendable {
    private let broadcast: any Broadcast
    private let authentication: Authentication
    private let now: @Sendable () -> Date
    private let clients = ClientCount()

    static let maximumClients = 256
    /// Seconds for which a session that was valid counts as valid: nothing is sent after that without another look.
    static let trust: TimeInterval = 15

    init(broadcast: any Broadcast, authentication: Authentication, now: @escaping @Sendable () -> Date) {
        self.broadcast = broadcast
        self.authentication = authentication
        self.now = now
    }

    var clientCount: Int { clients.current }

    func stream(_ request: WebRequest) async throws -> HTTPResponse {
        let listener = Listener(identity: try request.signedIn(), since: request.now, place: try clients.enter())
        let changes = broadcast.subscribe()
        return .events(
            AsyncStream {
                for await change in changes {
                    guard await listener.isAdmitted(by: authentication, at: now()) else { return nil }
                    return try? Self.event(change)
                }
                return nil
            })
    }

    private struct Event: Encodable {
        let kind: String
        var cameraID: CameraID?
        var snapshotID: SnapshotID?
        var incidentID: IncidentID?
    }

    static func event(_ change: Change) throws -> Data {
        let event =
            switch change {
            case .observed(let camera, let snapshot):
                Event(kind: "observed", cameraID: camera, snapshotID: snapshot)
            case .camera(let camera): Event(kind: "camera", cameraID: camera)
            case .incident(let incident): Event(kind: "incident", incidentID: incident)
            case .rules: Event(kind: "rules")
            case .channels: Event(kind: "channels")
            case .sites: Event(kind: "sites")
            }
        return ServerSentEvent.encode(event: "change", data: String(decoding: try JSON.encode(event), as: UTF8.self))
    }
}

/// One browser that listens.
private final class Listener: Sendable {
    private let identity: Identity
    private let place: ClientCount.Place
    private let trustedSince: Mutex<Date>

    init(identity: Identity, since: Date, place: ClientCount.Place) {
        self.identity = identity
        self.place = place
        trustedSince = Mutex(since)
    }

    /// False once its session was ended; a database that cannot answer is not taken for a yes.
    func isAdmitted(by authentication: Authentication, at now: Date) async -> Bool {
        guard now.timeIntervalSince(trustedSince.withLock { $0 }) >= LiveChanges.trust else { return true }
        guard (try? await authentication.isValid(identity, at: now)) == true else { return false }
        trustedSince.withLock { $0 = now }
        return true
    }
}

/// How many listen now.
final class ClientCount: Sendable {
    private let count = Mutex(0)

    var current: Int { count.withLock { $0 } }

    /// - Throws: `Problem`, 503, if too many listen.
    func enter() throws -> Place {
        let isAdmitted = count.withLock { count in
            guard count < LiveChanges.maximumClients else { return false }
            count += 1
            return true
        }
        guard isAdmitted else { throw Problem.busy("Too many pages listen for changes. Close one.") }
        return Place(of: self)
    }

    /// Given up when nobody holds it any more.
    final class Place: Sendable {
        private let owner: ClientCount

        fileprivate init(of owner: ClientCount) { self.owner = owner }

        deinit { owner.count.withLock { $0 -= 1 } }
    }
}
