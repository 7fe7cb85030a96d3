package import Domain

/// What people say is to be seen in pictures. Writer: web.
package protocol CorrectionRepository: Sendable {
    /// Adds or replaces; ignored if the observation is gone.
    func save(_ correction: Correction) async throws
    func correction(of id: SnapshotID) async throws -> Correction?
    func remove(_ id: SnapshotID) async throws -> Bool
    /// For training: corrected observations in the order of their snapshots, those after `id` if given. They and their
    /// pictures stay as long as the correction does.
    func corrected(after id: SnapshotID?, limit: Int) async throws -> [CorrectedObservation]
}

package struct CorrectedObservation: Hashable, Sendable {
    /// As it was seen.
    package let observation: Observation
    /// As it is.
    package let correction: Correction

    package init(observation: Observation, correction: Correction) {
        self.observation = observation
        self.correction = correction
    }
}
