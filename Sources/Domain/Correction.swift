package import Foundation

/// What a person says is to be seen in a picture, for training better models. Faces that were found and are none are left
/// out, faces that were missed are added.
package struct Correction: Hashable, Sendable, Codable {
    package struct CorrectedFace: Hashable, Sendable, Codable {
        package var box: Box
        package var mask: MaskState

        package init(box: Box, mask: MaskState) {
            self.box = box
            self.mask = mask
        }
    }

    package let snapshotID: SnapshotID
    package var faces: [CorrectedFace]
    package var correctedBy: String
    package var correctedAt: Date

    package static let maximumFaces = 500

    package init(snapshotID: SnapshotID, faces: [CorrectedFace], correctedBy: String, correctedAt: Date) {
        self.snapshotID = snapshotID
        self.faces = faces
        self.correctedBy = correctedBy
        self.correctedAt = correctedAt
    }
}
