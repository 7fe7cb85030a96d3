import Domain
import Foundation

/// A camera as the API shows it: never its password.
struct CameraView: Encodable {
    let id: CameraID
    let name: String
    let source: Source
    let sampling: Sampling
    let isEnabled: Bool
    @Nullable var siteID: SiteID?
    let zones: [Zone]
    let createdAt: Date
    let updatedAt: Date
    @Nullable var status: StatusView?
    @Nullable var latest: ObservationView?

    struct Source: Encodable {
        let address: String
        @Nullable var username: String?
        let hasPassword: Bool
        let transport: CameraSource.Transport
    }

    init(_ camera: Camera, status: CameraStatus?, latest: Observation?) {
        id = camera.id
        name = camera.name
        source = Source(
            address: camera.source.address, username: camera.source.username,
            hasPassword: camera.source.password != nil, transport: camera.source.transport)
        sampling = camera.sampling
        isEnabled = camera.isEnabled
        siteID = camera.siteID
        zones = camera.zones
        createdAt = camera.createdAt
        updatedAt = camera.updatedAt
        self.status = status.map(StatusView.init)
        self.latest = latest.map(ObservationView.init)
    }
}

/// How a camera is doing, with every field spelt out.
struct StatusView: Encodable {
    let state: CameraStatus.State
    @Nullable var reason: CameraFailure?
    let since: Date
    @Nullable var lastSnapshotAt: Date?
    @Nullable var stream: StreamView?
    let taken: Int
    let skipped: Int
    let rejected: [String: Int]

    init(_ status: CameraStatus) {
        state = status.state
        reason = status.reason
        since = status.since
        lastSnapshotAt = status.lastSnapshotAt
        stream = status.stream.map(StreamView.init)
        taken = status.taken
        skipped = status.skipped
        rejected = status.rejected
    }
}

struct StreamView: Encodable {
    let codec: String
    let width: Int
    let height: Int
    @Nullable var frameRate: Double?
    @Nullable var keyFrameInterval: Double?

    init(_ stream: StreamDescription) {
        codec = stream.codec
        width = stream.width
        height = stream.height
        frameRate = stream.frameRate
        keyFrameInterval = stream.keyFrameInterval
    }
}
