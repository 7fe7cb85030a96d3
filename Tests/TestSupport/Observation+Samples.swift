package import Domain
package import Foundation

extension Observation {
    /// What a picture taken at `time` with as many faces without and with a mask looks like.
    package static func sample(
        camera: CameraID, at time: Date, without: Int = 0, worn: Int = 0, unknown: Int = 0
    ) -> Observation {
        func faces(_ state: MaskState, _ count: Int) -> [Face] {
            (0..<count).map { index in
                Face(
                    box: Box(x: Float(index) * 50, y: 10.5, width: 40, height: 50), score: 0.9, mask: state,
                    maskScore: 0.75, maskScores: [state: 0.75, .unknown: 0.25])
            }
        }
        let id = SnapshotID(at: time)
        return Observation(
            snapshotID: id, cameraID: camera, takenAt: time, objectKey: .snapshot(id, camera: camera), width: 1280,
            height: 720, faces: faces(.without, without) + faces(.wornCorrectly, worn) + faces(.unknown, unknown),
            models: ["face/1", "mask/1"])
    }
}
