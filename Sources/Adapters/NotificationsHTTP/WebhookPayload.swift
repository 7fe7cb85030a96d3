import Domain
import Foundation
import Notifications

/// The body of a webhook: `{"type","timestamp","data":{"incident","camera","link"}}`. Pictures are behind the link.
struct WebhookPayload: Encodable {
    /// In bytes (Standard Webhooks: below 20 kB).
    static let limit = 20_000

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
    private let data: Content

    init(_ alert: Alert) {
        type = alert.event?.rawValue ?? "test"
        timestamp = alert.createdAt
        data = Content(
            incident: alert.incident, held: alert.held,
            camera: Camera(id: alert.incident.cameraID, name: alert.cameraName), link: alert.link)
    }

    /// Nil if it would be too large.
    func encoded() throws -> Data? {
        let body = try JSON.encode(self)
        return body.count < Self.limit ? body : nil
    }
}
