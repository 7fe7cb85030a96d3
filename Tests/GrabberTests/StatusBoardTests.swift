import Domain
import Foundation
import Persistence
import Testing

@testable import Grabber

@Suite("News of cameras")
struct StatusBoardTests {
    @Test("count what was delivered or given up after the camera's supervisor ended")
    func lateCredit() throws {
        let board = StatusBoard()
        let camera = CameraID()
        let status = CameraStatus(state: .degraded, since: Date(), taken: 2)
        board.post(CameraHealth(interval: 5, last: status, now: Date()), of: camera, token: 7)
        _ = board.take()
        let snapshot = SnapshotID(at: Date())
        board.credit(.delivered(snapshot), to: camera)
        board.credit(.dropped, to: camera)
        board.settleCredits()
        let report = try #require(board.take().first)
        #expect(report.token == 7)
        #expect(report.status.taken == 3)
        #expect(report.status.skipped == 1)
        #expect(report.status.lastSnapshot == snapshot)
        board.settleCredits()
        #expect(board.take().isEmpty, "a credit counts once")
    }
}
