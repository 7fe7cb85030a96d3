import Domain
import Foundation
import Persistence

/// Which observations become a data set. Where somebody corrected one, what they said is what counts.
struct DatasetSource {
    let observations: any ObservationRepository
    let corrections: any CorrectionRepository
    /// Only this camera's, if given.
    var camera: CameraID?
    /// Only those with a face.
    var onlyFaces = false
    /// How many are read at a time, at least 2.
    var page = 500

    /// The newest that were corrected, at most `most`, with the faces that somebody says are there.
    func corrected(_ most: Int) async throws -> [Observation] {
        try await readCorrected(most).wanted
    }

    /// Also which were corrected at all: what the models found in them counts no more.
    private func readCorrected(_ most: Int) async throws -> (wanted: [Observation], all: Set<SnapshotID>) {
        var wanted: [Observation] = []
        var all: Set<SnapshotID> = []
        var last: SnapshotID?
        while true {
            let part = try await corrections.corrected(after: last, limit: page)
            guard let end = part.last else { return (wanted, all) }
            last = end.observation.snapshotID
            all.formUnion(part.map(\.observation.snapshotID))
            wanted = (wanted + part.map(\.asCorrected).filter(isWanted)).suffix(most)
        }
    }

    /// The corrected ones as far as there is room, and then the newest of the others as the models saw them.
    func newest(_ most: Int) async throws -> [Observation] {
        var (found, seen) = try await readCorrected(most)
        var last: Observation?
        while found.count < most {
            // Pictures of the same instant as the end of a page are asked for again.
            let before = last?.takenAt.addingTimeInterval(0.001)
            let part = try await observations.observations(camera: camera, before: before, limit: page)
            guard let end = part.last, end.snapshotID != last?.snapshotID else { break }
            last = end
            found += part.filter { isWanted($0) && seen.insert($0.snapshotID).inserted }
        }
        return Array(found.prefix(most))
    }

    private func isWanted(_ observation: Observation) -> Bool {
        (camera == nil || observation.cameraID == camera) && (!onlyFaces || !observation.faces.isEmpty)
    }
}

extension CorrectedObservation {
    fileprivate var asCorrected: Observation {
        var result = observation
        result.faces = correction.faces.map {
            Face(box: $0.box, score: 1, mask: $0.mask, maskScore: 1, maskScores: [:])
        }
        return result
    }
}
