import Domain
import Foundation
import HTTPServer
import HTTPTypes
import Messaging
import Persistence
import PersistenceSQLite
import TestSupport
import Testing

@testable import Web

@Suite("Live changes", .timeLimit(.minutes(10)))
struct LiveChangesTests {
    @Test("every change is an event with the identities it concerns")
    func events() throws {
        let (camera, snapshot, incident) = (CameraID(), SnapshotID(), IncidentID())
        func text(_ change: Change) throws -> String { String(decoding: try LiveChanges.event(change), as: UTF8.self) }
        #expect(
            try text(.observed(camera, snapshot))
                == "event: change\ndata: {\"camera_id\":\"\(camera)\",\"kind\":\"observed\",\"snapshot_id\":\"\(snapshot)\"}\n\n"
        )
        #expect(try text(.camera(camera)).contains("{\"camera_id\":\"\(camera)\",\"kind\":\"camera\"}"))
        #expect(try text(.incident(incident)).contains("{\"incident_id\":\"\(incident)\",\"kind\":\"incident\"}"))
        #expect(try text(.rules) == "event: change\ndata: {\"kind\":\"rules\"}\n\n")
        #expect(try text(.channels) == "event: change\ndata: {\"kind\":\"channels\"}\n\n")
    }

    @Test("a session that was ended gets nothing more")
    func endedSession() async throws {
        let fixture = try await WebFixture()
        let viewer = try await fixture.browser(.viewer)
        guard case .stream(let stream) = try await viewer.get("/api/v1/changes").response.body else {
            Issue.record("no stream")
            return
        }
        var events = stream.makeAsyncIterator()
        await fixture.broadcast.publish(.rules)
        #expect(await events.next() != nil)
        try await fixture.persistence.users.removeTokens(of: try #require(viewer.user?.id), kind: .session)
        fixture.clock.advance(LiveChanges.trust)
        await fixture.broadcast.publish(.rules)
        #expect(await events.next() == nil)
    }

    @Test("a change reaches a browser over the network, and nothing stays behind when it vanishes")
    func network() async throws {
        let fixture = try await WebFixture()
        let user = User(name: "Ada", role: .viewer, passwordHash: "none")
        try await fixture.persistence.users.save(user)
        let cookie = try await fixture.session(of: user)
        try await whileRunning(fixture.web) {
            let port = try await fixture.web.boundPort()
            let head = "GET /api/v1/changes HTTP/1.1\r\nHost: a\r\nCookie: maskwatch_session=\(cookie)\r\n\r\n"
            var connections: [LoopbackSocket] = []
            for _ in 0..<10 {
                let connection = try LoopbackSocket(connectingTo: port)
                connection.say(head)
                connections.append(connection)
            }
            #expect(await eventually { fixture.web.listeningBrowsers == 10 })
            await fixture.broadcast.publish(.rules)
            for connection in connections {
                #expect(try await offPool { connection.receive(until: "\"rules\"") }.contains("\"rules\""))
                connection.resetOnClose()
            }
            connections.removeAll()
            let areGone = await eventually {
                await fixture.broadcast.publish(.rules)
                return fixture.web.listeningBrowsers == 0
            }
            #expect(areGone)
        }
    }

    @Test("only so many may listen at once")
    func limit() throws {
        let count = ClientCount()
        var places = try (0..<LiveChanges.maximumClients).map { _ in try count.enter() }
        #expect(throws: Problem.self) { try count.enter() }
        places.removeLast()
        _ = try count.enter()
        #expect(count.current == LiveChanges.maximumClients - 1)
    }
}
