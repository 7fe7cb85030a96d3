package import Domain
package import Foundation

/// Every repository of one database.
package protocol Repositories: Sendable {
    /// The newest schema this version knows, which an opened database has.
    static var schemaVersion: Int { get }

    var cameras: any CameraRepository { get }
    var leases: any CameraLeases { get }
    var sites: any SiteRepository { get }
    var rules: any RuleRepository { get }
    var channels: any ChannelRepository { get }
    var observations: any ObservationRepository { get }
    var incidents: any IncidentRepository { get }
    var corrections: any CorrectionRepository { get }
    var statistics: any StatisticsRepository { get }
    var outbox: any OutboxRepository { get }
    var users: any UserRepository { get }

    /// Asks the database, and whether its schema is still this version's.
    /// - Throws: `PersistenceError` that says what is wrong.
    func check() async throws
}

// Each repository has one writer among the stages; any stage may read. All throw `PersistenceError`.

/// Cameras as the user registered them. Writer: web.
package protocol CameraRepository: Sendable {
    /// By name.
    func cameras() async throws -> [Camera]
    func camera(_ id: CameraID) async throws -> Camera?
    /// Adds or replaces. Throws `.nameTaken` if another camera has the name.
    func save(_ camera: Camera) async throws
    /// False if there was none. Its observations, statistics and incidents stay until retention takes them.
    func remove(_ id: CameraID) async throws -> Bool
    func statuses() async throws -> [CameraID: CameraStatus]
}

/// Which grabber holds which camera, and how the camera is doing. Writer: grabber.
package protocol CameraLeases: Sendable {
    /// Renews what the worker holds, takes free cameras up to its capacity and an even share, drops removed and disabled
    /// ones, and says what it holds now.
    func renew(worker: WorkerID, capacity: Int, life: Double) async throws -> [CameraLease]
    /// Writes the state of cameras; ignored for a camera whose lease has another fencing token by now.
    func report(_ reports: [CameraReport]) async throws
    /// Gives everything back, so that another worker need not wait.
    func release(worker: WorkerID) async throws
}

package struct CameraLease: Hashable, Sendable {
    package let camera: Camera
    /// Grows with every change of holder.
    package let token: Int
    /// What the last holder reported, for continuing where it stopped.
    package let status: CameraStatus?

    package init(camera: Camera, token: Int, status: CameraStatus?) {
        self.camera = camera
        self.token = token
        self.status = status
    }
}

package struct CameraReport: Hashable, Sendable {
    package let cameraID: CameraID
    package let token: Int
    package let status: CameraStatus

    package init(cameraID: CameraID, token: Int, status: CameraStatus) {
        self.cameraID = cameraID
        self.token = token
        self.status = status
    }
}

/// Rules. Writer: web.
package protocol RuleRepository: Sendable {
    func rules() async throws -> [Rule]
    func rule(_ id: RuleID) async throws -> Rule?
    func save(_ rule: Rule) async throws
    func remove(_ id: RuleID) async throws -> Bool
}

/// Sites. Writer: web.
package protocol SiteRepository: Sendable {
    /// By name.
    func sites() async throws -> [Site]
    func site(_ id: SiteID) async throws -> Site?
    /// Adds or replaces. Throws `.nameTaken` if another site has the name.
    func save(_ site: Site) async throws
    /// False if there was none. Its cameras stay and belong to no site then.
    func remove(_ id: SiteID) async throws -> Bool
}

/// Channels. Writers: web; the notifier only switches off.
package protocol ChannelRepository: Sendable {
    func channels() async throws -> [Channel]
    func channel(_ id: ChannelID) async throws -> Channel?
    /// If it was switched on or its settings are new, its reports begin anew (`ReportState.reportedUntil`).
    func save(_ channel: Channel) async throws
    /// Switches it off and changes nothing else. False if there is none or it is off already.
    func disable(_ id: ChannelID, at time: Date) async throws -> Bool
    func remove(_ id: ChannelID) async throws -> Bool
}

/// Incidents, for reading and for what people say of them.
package protocol IncidentRepository: Sendable {
    /// Newest first.
    func incidents(_ query: IncidentQuery) async throws -> [Incident]
    func incident(_ id: IncidentID) async throws -> Incident?
    /// Cameras on which an incident is open or, with a time, was opened since then.
    func camerasWithIncidents(since time: Date?) async throws -> Set<CameraID>
    /// False if there is no such incident. A second acknowledgement changes nothing.
    func acknowledge(_ id: IncidentID, by user: String, at time: Date) async throws -> Bool
    /// Says, or takes back, that nothing was wrong. False if there is no such incident.
    func setFalseAlarm(_ isFalse: Bool, _ id: IncidentID, by user: String, at time: Date) async throws -> Bool
    /// Oldest first.
    func comments(on id: IncidentID) async throws -> [IncidentComment]
    /// False if there is no such incident, or it has `IncidentComment.maximumPerIncident` of them.
    func add(_ comment: IncidentComment, to id: IncidentID) async throws -> Bool
    /// The observations that belong to the incident and are still there, in the order in which they were taken.
    func evidence(of id: IncidentID) async throws -> [Observation]
}

package struct IncidentQuery: Hashable, Sendable {
    package var state: Incident.State?
    package var camera: CameraID?
    /// Those opened before.
    package var before: Date?
    package var limit: Int

    package init(state: Incident.State? = nil, camera: CameraID? = nil, before: Date? = nil, limit: Int = 50) {
        self.state = state
        self.camera = camera
        self.before = before
        self.limit = limit
    }
}

/// Messages that wait for delivery. Writer after their creation: notifier, of which there may be many: a channel has its
/// turns with one of them at a time, so that no message is sent twice and all arrive in their order.
package protocol OutboxRepository: Sendable {
    /// Pending ones of channels that are on, whose time has come, oldest first.
    func due(at time: Date, limit: Int) async throws -> [ChannelNotification]
    /// Channels that `claim` would give a message of.
    func channelsToServe(by worker: WorkerID, at time: Date) async throws -> Set<ChannelID>
    /// The oldest message of the channel that is due. Until `expiry` no other worker gets one of it. Nil if nothing is due,
    /// the channel is off or pauses, or another worker has the turn.
    func claim(
        channel: ChannelID, by worker: WorkerID, at time: Date, until expiry: Date
    ) async throws -> ChannelNotification?
    /// Lets others have the channel, from `pause` on.
    func endTurn(of channel: ChannelID, by worker: WorkerID, pausedUntil pause: Date?) async throws
    /// Writes what became of a pending message; one that was delivered or given up stays as it is.
    func update(_ notification: ChannelNotification) async throws
    /// Tries a message again that was given up, as if it were new. False if it was not.
    func retry(_ id: NotificationID, at time: Date) async throws -> Bool
    /// Newest first.
    func notifications(channel: ChannelID?, limit: Int) async throws -> [ChannelNotification]
    /// What was told of an incident, newest first.
    func notifications(incident: IncidentID, limit: Int) async throws -> [ChannelNotification]
}

/// Users, sessions and machine tokens. Writer: web.
package protocol UserRepository: Sendable {
    func users() async throws -> [User]
    func user(named name: String) async throws -> User?
    func user(_ id: UserID) async throws -> User?
    /// Adds or replaces. Throws `.nameTaken` if another user has the name.
    func save(_ user: User) async throws
    /// Creates the first administrator; throws `.alreadySetUp` if there is any user.
    func createFirst(_ user: User) async throws
    func remove(_ id: UserID) async throws -> Bool

    func tokens(kind: AccessToken.Kind) async throws -> [AccessToken]
    func token(hash: String) async throws -> AccessToken?
    func save(_ token: AccessToken) async throws
    /// Moves the end of a token that is still there; one that was removed meanwhile stays removed.
    func prolong(_ id: Identifier<AccessToken>, until expiry: Date) async throws
    func removeToken(_ id: Identifier<AccessToken>) async throws -> Bool
    /// All sessions of a user, after a change of password.
    func removeTokens(of user: UserID, kind: AccessToken.Kind) async throws
    func removeTokens(expiredBefore time: Date) async throws
}

package struct PersistenceError: Error, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable {
        case nameTaken, alreadySetUp, addressInvalid, schemaTooNew, wrongKey, unavailable, full, corrupt
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }

    package static func schemaTooNew(_ found: Int, newest: Int) -> PersistenceError {
        PersistenceError(
            .schemaTooNew,
            "the database has schema \(found), this version of Maskwatch knows \(newest): start the newer version, or restore the backup made before it"
        )
    }
}
