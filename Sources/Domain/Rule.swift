package import Foundation

/// When to raise an incident: at least `minimumFaces` violating faces on one camera, in `confirmation` pictures in a row.
package struct Rule: Hashable, Sendable, Codable, Identifiable {
    package enum Severity: String, Codable, Sendable, CaseIterable {
        case info, warning, critical
    }

    package let id: RuleID
    package var name: String
    package var isEnabled: Bool
    /// The cameras it watches; nil means every camera.
    package var cameras: Set<CameraID>?
    package var minimumFaces: Int
    /// Whether a mask worn wrongly violates the rule like no mask at all.
    package var countsIncorrect: Bool
    /// Violating pictures in a row that open an incident.
    package var confirmation: Int
    /// Pictures in a row without violation that close it.
    package var release: Int
    package var severity: Severity
    package var updatedAt: Date

    package static let facesRange = 1...100
    package static let picturesRange = 1...100

    package init(
        id: RuleID = RuleID(), name: String, isEnabled: Bool = true, cameras: Set<CameraID>? = nil,
        minimumFaces: Int = 1, countsIncorrect: Bool = false, confirmation: Int = 2, release: Int = 3,
        severity: Severity = .warning, updatedAt: Date = Date()
    ) {
        self.id = id
        self.name = name
        self.isEnabled = isEnabled
        self.cameras = cameras
        self.minimumFaces = minimumFaces
        self.countsIncorrect = countsIncorrect
        self.confirmation = confirmation
        self.release = release
        self.severity = severity
        self.updatedAt = updatedAt
    }

    package func watches(_ camera: CameraID) -> Bool { isEnabled && (cameras?.contains(camera) ?? true) }

    /// How many faces of the observation violate the rule. `unknown` never does.
    package func violatingFaces(in observation: Observation) -> Int {
        observation.count(of: .without) + (countsIncorrect ? observation.count(of: .wornIncorrectly) : 0)
    }
}
