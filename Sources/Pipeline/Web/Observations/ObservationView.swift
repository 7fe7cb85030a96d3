import Domain
import Foundation

/// An observation as the API shows it: without where the picture lies.
struct ObservationView: Encodable {
    let snapshotID: SnapshotID
    let cameraID: CameraID
    let takenAt: Date
    let width: Int
    let height: Int
    let faces: [Face]
    let models: [String]

    init(_ observation: Observation) {
        snapshotID = observation.snapshotID
        cameraID = observation.cameraID
        takenAt = observation.takenAt
        width = observation.width
        height = observation.height
        faces = observation.faces
        models = observation.models
    }
}
