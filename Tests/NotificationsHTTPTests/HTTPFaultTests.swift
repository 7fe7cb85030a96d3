import Domain
import Foundation
import HTTPClient
import HTTPServer
import HTTPTypes
import Logging
import Notifications
import NotificationsHTTP
import Synchronization
import TestSupport
import Testing

@Suite("Services behind HTTP", .serialized, .timeLimit(.minutes(10)))
struct HTTPFaultTests {
    @Test("every kind of channel behind HTTP is tested here")
    func complete() {
        let behindHTTP = Set(Channel.Kind.allCases).subtracting([.email, .mqtt])
        #expect(Set(HTTPService.all.map(\.kind)) == behindHTTP)
    }

    @Test("a message that is taken is delivered", arguments: HTTPService.all)
    func taken(_ service: HTTPService) async throws {
        let server = RecordingServer { _ in HTTPResponse.data(Data(service.yes.utf8), contentType: "application/json") }
        let result = try await server.whileServing { await service.deliver(to: $0) }
        #expect(result == .delivered)
        #expect(server.requests.count == 1)
    }

    @Test(
        "N1: a redirect is not followed, and is a mistake in the address", arguments: HTTPService.all,
        [301, 302, 307, 308])
    func redirect(_ service: HTTPService, _ status: Int) async throws {
        let server = RecordingServer { _ in
            HTTPResponse(HTTPStatus(rawValue: status), headers: ["Location": "/elsewhere"])
        }
        let result = try await server.whileServing { await service.deliver(to: $0) }
        guard case .failed = result else { return #expect(Bool(false), "\(result)") }
        #expect(server.requests.count == 1)
    }

    @Test("N1: 410 means that the receiver is gone", arguments: HTTPService.all)
    func gone(_ service: HTTPService) async throws {
        let server = RecordingServer { _ in HTTPResponse(.gone) }
        let result = try await server.whileServing { await service.deliver(to: $0) }
        guard case .gone = result else { return #expect(Bool(false), "\(result)") }
    }

    @Test(
        "N1: 429 and faults of the server are tried again, not before the time that is asked for",
        arguments: HTTPService.all, [429, 500, 502, 503, 504, 401, 404])
    func later(_ service: HTTPService, _ status: Int) async throws {
        let server = RecordingServer { _ in
            HTTPResponse(HTTPStatus(rawValue: status), headers: ["Retry-After": "120"])
        }
        let result = try await server.whileServing { await service.deliver(to: $0) }
        guard case .retry(let reason, let after) = result else { return #expect(Bool(false), "\(result)") }
        #expect(after == .seconds(120) && reason.contains("\(status)"))
    }

    @Test("N1: a receiver that does not answer is given up in time", arguments: HTTPService.all)
    func slow(_ service: HTTPService) async throws {
        let server = RecordingServer { _ in
            try? await Task.sleep(for: .seconds(2))
            return HTTPResponse(.ok)
        }
        let result = try await server.whileServing { await service.deliver(to: $0, timeout: .milliseconds(300)) }
        #expect(result == .retry(reason: "there was no answer in time", after: nil))
    }

    @Test("N1: a receiver that resets, or is not there, is tried again", arguments: HTTPService.all)
    func broken(_ service: HTTPService) async throws {
        let listener = try LoopbackListener()
        let server = Thread {
            while let socket = try? listener.accept() {
                _ = try? socket.read()
                socket.resetOnClose()
            }
        }
        server.start()
        let reset = await service.deliver(to: "http://127.0.0.1:\(listener.port)")
        listener.stop()
        guard case .retry = reset else { return #expect(Bool(false), "\(reset)") }
        #expect(
            await service.deliver(to: "http://127.0.0.1:1") == .retry(reason: "no connection could be made", after: nil)
        )
    }

    @Test("an answer that quotes the secret does not bring it into the reason", arguments: HTTPService.all)
    func secrets(_ service: HTTPService) async throws {
        let said =
            #"{"ok":false,"description":"\#(HTTPService.token)","error":"\#(HTTPService.token)","message":"\#(HTTPService.token)"}"#
        for status in [200, 400, 500] {
            let server = RecordingServer { _ in
                HTTPResponse.data(
                    Data(said.utf8), contentType: "application/json", status: HTTPStatus(rawValue: status))
            }
            let result = try await server.whileServing { await service.deliver(to: $0) }
            #expect(!"\(result)".contains("CANARY"), "\(result)")
        }
        let away = await service.deliver(to: "http://127.0.0.1:1")
        #expect(!"\(away)".contains("CANARY"))
    }

    @Test("B4: nothing goes to where the policy forbids", arguments: HTTPService.all)
    func policy(_ service: HTTPService) async throws {
        let server = RecordingServer { _ in HTTPResponse(.ok) }
        var settings = HTTPSession.Settings()
        settings.policy.allowsLoopback = false
        let session = HTTPSession(settings: settings)
        let result = try await server.whileServing { await service.deliver(to: $0, session: session) }
        guard case .failed = result else { return #expect(Bool(false), "\(result)") }
        #expect(server.requests.isEmpty)
    }
}
