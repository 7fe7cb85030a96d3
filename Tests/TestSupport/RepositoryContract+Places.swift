import Domain
import Foundation
import Persistence
import Testing

extension RepositoryContract {
    func keepsSites() async throws {
        let zone = try #require(TimeZone(identifier: "Europe/Madrid"))
        var shop = Site(name: "shop", timeZone: zone)
        try await sites.save(shop)
        #expect(await code { try await sites.save(Site(name: "shop", timeZone: zone)) } == .nameTaken)
        shop.name = "corner shop"
        try await sites.save(shop)
        #expect(try await sites.sites() == [shop])
        #expect(try await sites.site(shop.id) == shop)
        var camera = Camera(name: "at the shop", source: CameraSource(address: "rtsp://s.test"), siteID: shop.id)
        try await cameras.save(camera)
        let seen = observation(camera.id, at: 600)
        let saved = shop
        _ = try await observations.record(seen) { context in
            #expect(context.site == saved)
            return AnalysisPlan()
        }
        #expect(try await sites.remove(shop.id))
        #expect(try await sites.remove(shop.id) == false)
        camera.siteID = nil
        #expect(try await cameras.camera(camera.id)?.siteID == nil, "its cameras stay and belong to no site")
        _ = try await cameras.remove(camera.id)
        _ = try await observations.expire(before: Self.time(1000), limit: 100)
    }

    /// Zones are part of their camera, and each has progress, incidents and statistics of its own.
    func keepsZones() async throws {
        let triangle = try #require(Polygon([.init(x: 0, y: 0), .init(x: 1, y: 0), .init(x: 0.5, y: 1)]))
        let zones = Zone.Kind.allCases.map { Zone(name: $0.rawValue, kind: $0, polygon: triangle) }
        let camera = Camera(
            name: "zones", source: CameraSource(address: "rtsp://z.test"), zones: zones,
            createdAt: Self.time(1))
        try await cameras.save(camera)
        #expect(try await cameras.camera(camera.id)?.zones == zones)
        let rule = Rule(name: "there", cameras: [camera.id], zones: [zones[0].id], updatedAt: Self.time(0))
        try await rules.save(rule)
        let targets = [RuleTarget.camera(camera.id), .zone(zones[0].id, camera.id)]
        let seen = observation(camera.id, at: 700)
        let counts = SightingCounts(pictures: 1, without: 3)
        let opened = Incident(
            id: IncidentID(at: seen.takenAt), ruleID: rule.id, ruleName: rule.name, cameraID: camera.id,
            zoneID: zones[0].id, severity: .info, openedAt: seen.takenAt, updatedAt: seen.takenAt, peakFaces: 3,
            pictures: 1, evidence: seen.snapshotID)
        let progress = RuleProgress(
            pictures: [
                .init(
                    snapshotID: seen.snapshotID, evidence: SnapshotID(at: seen.takenAt), takenAt: seen.takenAt,
                    violatingFaces: 3, judgedFaces: 4, isPending: true, isCounted: true)
            ], incident: opened, decidedUntil: Self.time(690),
            run: .init(isViolating: true, since: Self.time(650)))
        _ = try await observations.record(seen) { context in
            #expect(context.camera == camera)
            #expect(context.watched.map(\.target) == targets)
            return AnalysisPlan(
                counts: [
                    StatisticsBucket(
                        cameraID: camera.id, zoneID: zones[0].id, interval: .hour, start: Self.time(0), counts: counts)
                ],
                decisions: [
                    TargetDecision(
                        ruleID: rule.id, target: targets[1],
                        events: [.init(event: .opened, incident: opened, notifies: true, evidence: [seen.snapshotID])],
                        progress: progress)
                ])
        }
        #expect(try await incidents.evidence(of: opened.id) == [seen])
        _ = try await observations.record(observation(camera.id, at: 701)) { context in
            #expect(context.watched.map(\.progress) == [RuleProgress(), progress])
            return AnalysisPlan()
        }
        let query = StatisticsQuery(
            cameras: [camera.id], zone: zones[0].id, interval: .hour, range: Self.time(-1)..<Self.time(1))
        #expect(try await statistics.sums(query) == [StatisticsSum(start: Self.time(0), counts: counts)])
        _ = try await rules.remove(rule.id)
        #expect(try await observations.closeAbandoned(at: Self.time(710)) == [opened.id])
        try await keepsWhatPeopleSay(of: opened.id, about: seen)
        _ = try await cameras.remove(camera.id)
        _ = try await observations.expire(before: Self.time(1000), limit: 100)
    }

    private func keepsWhatPeopleSay(of id: IncidentID, about seen: Observation) async throws {
        #expect(try await incidents.setFalseAlarm(true, id, by: "ada", at: Self.time(800)))
        #expect(try await incidents.incident(id)?.falseAlarmBy == "ada")
        #expect(try await incidents.setFalseAlarm(false, id, by: "ada", at: Self.time(801)))
        #expect(try await incidents.incident(id)?.falseAlarmAt == nil)
        #expect(try await incidents.setFalseAlarm(true, IncidentID(), by: "ada", at: Self.time(800)) == false)
        let comments = ["first", "second"].map { IncidentComment(author: "ada", writtenAt: Self.time(802), text: $0) }
        for comment in comments { #expect(try await incidents.add(comment, to: id)) }
        #expect(try await incidents.comments(on: id) == comments)
        #expect(try await incidents.add(comments[0], to: IncidentID()) == false)
        let face = Correction.CorrectedFace(box: Box(x: 1, y: 2, width: 3, height: 4.5), mask: .wornIncorrectly)
        let correction = Correction(
            snapshotID: seen.snapshotID, faces: [face], correctedBy: "ada", correctedAt: Self.time(803))
        try await corrections.save(correction)
        try await corrections.save(
            Correction(snapshotID: SnapshotID(), faces: [], correctedBy: "eve", correctedAt: Self.time(804)))
        #expect(try await corrections.correction(of: seen.snapshotID) == correction)
        let corrected = [CorrectedObservation(observation: seen, correction: correction)]
        #expect(try await corrections.corrected(after: nil, limit: 9) == corrected)
        #expect(try await corrections.corrected(after: seen.snapshotID, limit: 9).isEmpty)
        let expired = try await observations.expire(before: Self.time(1000), limit: 100)
        #expect(!expired.contains(seen.objectKey), "what was corrected stays")
        #expect(try await corrections.remove(seen.snapshotID))
        #expect(try await observations.expire(before: Self.time(1000), limit: 100) == [seen.objectKey])
    }
}
