package import Domain
package import Foundation
package import Notifications

extension Channel {
    /// A webhook as a user would have it.
    package static func webhook(
        _ name: String = "desk", address: String = "https://desk.test/hook",
        secret: String = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", isEnabled: Bool = true, updatedAt: Date = Date()
    ) -> Channel {
        Channel(
            name: name, kind: .webhook,
            settings: ChannelSettings(
                values: [WebhookFields.address.name: .text(address)],
                secrets: [WebhookFields.secret.name: Secret(secret)]), isEnabled: isEnabled, updatedAt: updatedAt)
    }
}

extension Incident {
    package static func sample(
        at time: Date = Date(timeIntervalSince1970: 1_790_000_000), state: State = .open, rule: String = "no mask"
    ) -> Incident {
        Incident(
            id: IncidentID(at: time), ruleID: RuleID(at: time), ruleName: rule, cameraID: CameraID(at: time),
            severity: .warning, state: state, openedAt: time, updatedAt: time,
            closedAt: state == .closed ? time.addingTimeInterval(200) : nil, peakFaces: 2, pictures: 3,
            evidence: SnapshotID(at: time))
    }
}

extension Alert {
    /// With everything in it that some service would take for markup.
    package static func sample(
        title: String = "🔴 Incident: <Tür> & \"Hof\"", body: String = "Camera: a_b*c*\n人脸 <2>",
        link: String? = "https://masks.example.org/#/incidents/1", picture: Data? = Data([0xFF, 0xD8, 0xFF, 0, 13, 10])
    ) -> Alert {
        let now = Date(timeIntervalSince1970: 1_790_000_000)
        return Alert(
            id: NotificationID(at: now), event: .opened, incident: .sample(at: now), cameraName: "door", createdAt: now,
            link: link, text: MessageText(title: title, body: body, openIncident: "Open, please"), picture: picture)
    }
}
