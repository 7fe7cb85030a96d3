package import Domain
package import Foundation

/// A message in words.
package struct MessageText: Hashable, Sendable {
    /// One line.
    package let title: String
    /// Lines of plain text; no markup of any service.
    package let body: String
    /// The words of the button that opens the incident.
    package let openIncident: String

    package init(title: String, body: String, openIncident: String) {
        self.title = title
        self.body = body
        self.openIncident = openIncident
    }

    /// Title and body, cut to so many Unicode scalars.
    package func whole(limit: Int) -> String { Self.cut(body.isEmpty ? title : "\(title)\n\(body)", to: limit) }

    /// The text, or its beginning with `…` if it is longer than so many Unicode scalars.
    package static func cut(_ text: String, to limit: Int) -> String {
        guard text.unicodeScalars.count > limit else { return text }
        var end = text.startIndex
        var room = limit - 1
        // Whole characters, so that no accent is parted from its letter.
        while end < text.endIndex, text[end].unicodeScalars.count <= room {
            room -= text[end].unicodeScalars.count
            end = text.index(after: end)
        }
        return text[..<end] + "…"
    }
}

/// Makes alerts: fills the templates of a channel in its language.
package struct MessageComposer: Sendable {
    private let timeZone: TimeZone
    let publicURL: String?

    /// - Parameters:
    ///   - timeZone: of the site, for times in messages.
    ///   - publicURL: address people reach the pages at, without a slash at the end; nil if unknown.
    package init(timeZone: TimeZone, publicURL: String?) {
        self.timeZone = timeZone
        self.publicURL = publicURL
    }

    /// - Parameters:
    ///   - cameraName: nil for a camera that is no more.
    ///   - picture: the evidence with its boxes, as JPEG.
    package func alert(
        for notification: ChannelNotification, of incident: Incident, cameraName: String?, channel: Channel,
        picture: Data?
    ) -> Alert {
        let texts = MessageTexts[channel.language]
        let place = cameraName ?? (incident.cameraID == nil ? texts.system : texts.removedCamera)
        return alert(
            notification.id, notification.event, incident, place, channel, held: notification.held,
            link: publicURL.map { "\($0)/#/incidents/\(incident.id)" }, at: notification.createdAt, picture)
    }

    /// A message that says it is a test.
    package func example(for channel: Channel, at now: Date) -> Alert {
        let texts = MessageTexts[channel.language]
        let incident = Incident(
            id: IncidentID(at: now), ruleID: RuleID(at: now), ruleName: texts.test.rule, cameraID: CameraID(at: now),
            severity: .info, openedAt: now, updatedAt: now, peakFaces: 1, pictures: 1, evidence: SnapshotID(at: now))
        return alert(
            NotificationID(at: now), nil, incident, texts.test.camera, channel, link: publicURL, at: now,
            channel.kind.takesPictures ? try? EvidencePicture.example() : nil)
    }

    /// What would be told of an incident that has just closed: it has a value for every gap.
    package func preview(for channel: Channel, at now: Date) -> MessageText {
        let texts = MessageTexts[channel.language]
        let incident = Incident(
            id: IncidentID(at: now), ruleID: RuleID(at: now), ruleName: texts.test.exampleRule,
            cameraID: CameraID(at: now), severity: .warning, state: .closed, openedAt: now.addingTimeInterval(-200),
            updatedAt: now, closedAt: now, peakFaces: 2, pictures: 21, evidence: SnapshotID(at: now))
        return alert(
            NotificationID(at: now), .closed, incident, texts.test.exampleCamera, channel,
            link: publicURL.map { "\($0)/#/incidents/\(incident.id)" }, at: now, nil
        ).text
    }

    private func alert(
        _ id: NotificationID, _ event: IncidentEvent?, _ incident: Incident, _ cameraName: String, _ channel: Channel,
        held: HeldMessages? = nil, link: String?, at created: Date, _ picture: Data?
    ) -> Alert {
        let texts = MessageTexts[channel.language]
        let values = values(event, incident, cameraName, link, texts)
        let text = MessageText(
            title: Self.oneLine(Self.render(channel.titleTemplate, or: texts.title, values)),
            body: (held.map { texts.heldBack($0) + "\n" } ?? "")
                + Self.render(channel.bodyTemplate, or: texts.body, values), openIncident: texts.openIncident)
        return Alert(
            id: id, event: event, incident: incident, held: held, cameraName: cameraName, createdAt: created,
            link: link, text: text, picture: picture)
    }

    private func values(
        _ event: IncidentEvent?, _ incident: Incident, _ cameraName: String, _ link: String?, _ texts: MessageTexts
    ) -> [MessageVariable: String] {
        let length = incident.closedAt.map { texts.duration($0.timeIntervalSince(incident.openedAt)) }
        return [
            .mark: incident.state == .closed ? "✅" : Self.mark(incident.severity),
            .event: texts.event(event), .rule: incident.ruleName, .camera: cameraName,
            .severity: texts.severity(incident.severity),
            .faces: incident.peakFaces > 0 ? String(incident.peakFaces) : "", .pictures: String(incident.pictures),
            .opened: texts.date(incident.openedAt, in: timeZone),
            .closed: incident.closedAt.map { texts.date($0, in: timeZone) } ?? "", .duration: length ?? "",
            .link: link ?? "",
        ]
    }

    /// A stored template was checked when it was saved; one that a later version does not understand gives way.
    private static func render(
        _ template: String?, or fallback: String, _ values: [MessageVariable: String]
    ) -> String {
        let own = template.flatMap { try? MessageTemplate($0) }
        return (own ?? (try? MessageTemplate(fallback)))?.render(values) ?? ""
    }

    private static func oneLine(_ text: String) -> String {
        MessageText.cut(text.split(whereSeparator: \.isNewline).joined(separator: " "), to: 200)
    }

    private static func mark(_ severity: Rule.Severity) -> String {
        switch severity {
        case .info: "🔵"
        case .warning: "🟠"
        case .critical: "🔴"
        }
    }
}
