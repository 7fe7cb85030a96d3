import Domain
package import Foundation

/// An alert for programs: `{"type","timestamp","data":{"incident","camera","link"}}`. Pictures are behind the link.
package struct AlertPayload: Encodable {
    private struct Camera: Encodable {
        /// Nil for the system.
        let id: CameraID?
        let name: String
    }

    private struct Content: Encodable {
        let incident: Incident
        /// Of a summary: what was held back.
        let held: HeldMessages?
        let camera: Camera
        let link: String?
    }

    private let type: String
    private let timestamp: Date
    private let title: String?
    private let text: String?
    private let data: Content

    /// - Parameter hasWords: whether it also says `title` and `text`, for receivers that show them as they are.
    package init(_ alert: Alert, hasWords: Bool = false) {
        type = alert.event?.rawValue ?? "test"
        timestamp = alert.createdAt
        title = hasWords ? alert.text.title : nil
        text = hasWords ? alert.text.body : nil
        data = Content(
            incident: alert.incident, held: alert.held,
            camera: Camera(id: alert.incident.cameraID, name: alert.cameraName), link: alert.link)
    }

    package func encoded() throws -> Data { try JSON.encode(self) }
}
