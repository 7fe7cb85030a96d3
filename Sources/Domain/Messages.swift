package import Foundation

// What passes between the stages. Each is small JSON with a schema version; the picture itself travels only through
// the object store.

/// Grabber to processor: a picture was stored.
package struct SnapshotTaken: Hashable, Sendable, Codable {
    package static let schemaVersion = 1

    package var version = schemaVersion
    package var snapshotID: SnapshotID
    package var cameraID: CameraID
    package var takenAt: Date
    package var objectKey: ObjectKey
    package var width: Int
    package var height: Int
    package var bytes: Int
    /// Position in the burst, from 0, and its length.
    package var shot: Int
    package var shots: Int
    /// The first snapshot that was stored of the burst; nil if it is a single shot.
    package var burstID: SnapshotID?

    package init(
        snapshotID: SnapshotID, cameraID: CameraID, takenAt: Date, objectKey: ObjectKey, width: Int, height: Int,
        bytes: Int, shot: Int = 0, shots: Int = 1, burstID: SnapshotID? = nil
    ) {
        self.snapshotID = snapshotID
        self.cameraID = cameraID
        self.takenAt = takenAt
        self.objectKey = objectKey
        self.width = width
        self.height = height
        self.bytes = bytes
        self.shot = shot
        self.shots = shots
        self.burstID = burstID
    }
}

/// Processor to analyzer: what was seen in one snapshot.
package struct Observation: Hashable, Sendable, Codable {
    package static let schemaVersion = 1

    package var version = schemaVersion
    package var snapshotID: SnapshotID
    package var cameraID: CameraID
    package var takenAt: Date
    package var objectKey: ObjectKey
    package var width: Int
    package var height: Int
    package var faces: [Face]
    /// `name/version` of the detector and the classifier.
    package var models: [String]
    /// The burst it is a shot of; nil for a single picture.
    package var burst: BurstPlace?

    package init(
        snapshotID: SnapshotID, cameraID: CameraID, takenAt: Date, objectKey: ObjectKey, width: Int, height: Int,
        faces: [Face], models: [String] = [], burst: BurstPlace? = nil
    ) {
        self.snapshotID = snapshotID
        self.cameraID = cameraID
        self.takenAt = takenAt
        self.objectKey = objectKey
        self.width = width
        self.height = height
        self.faces = faces
        self.models = models
        self.burst = burst
    }

    package func count(of state: MaskState) -> Int { faces.count { $0.mask == state } }
}

/// Anyone to the browser: something changed, read it again. Carries identities only.
package enum Change: Hashable, Sendable, Codable {
    case observed(CameraID, SnapshotID)
    case camera(CameraID)
    case incident(IncidentID)
    case rules
    case channels
    case sites
}
