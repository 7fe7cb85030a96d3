import Domain
import Foundation
import Logging
import ObjectStorage
import ObjectStorageS3
import TestSupport
import Testing

@Suite("An S3 store whose server misbehaves")
struct S3BehaviourTests {
    private let key = ObjectKey.snapshot(SnapshotID(), camera: CameraID())
    private let picture = Data(repeating: 7, count: 500)

    private func code(_ body: () async throws -> Void) async -> ObjectStoreError.Code? {
        do {
            try await body()
            return nil
        } catch { return (error as? ObjectStoreError)?.code }
    }

    @Test(
        "tries again when that may help, each time a little later",
        arguments: [
            .error("503 Slow Down", "SlowDown"), .error("500 Internal Server Error", "InternalError"),
            .error("502 Bad Gateway", ""), .error("429 Too Many Requests", ""),
            .error("400 Bad Request", "RequestTimeout"),
            PeerStore.Answer(breaks: true),
        ])
    func retries(answer: PeerStore.Answer) async throws {
        let peer = try PeerStore([answer, answer, PeerStore.Answer()])
        try await peer.store().put(picture, at: key)
        #expect(peer.requests.count >= 3)
        #expect(peer.pauses.count == 2)
        #expect(peer.pauses.allSatisfy { $0 >= .milliseconds(100) && $0 <= .seconds(5) })
        #expect(peer.errors.isEmpty)
    }

    @Test("gives up after a few tries and says that it may work later")
    func givesUp() async throws {
        let peer = try PeerStore([.error("503 Service Unavailable", "SlowDown")])
        let store = try peer.store()
        #expect(await code { try await store.put(picture, at: key) } == .unavailable)
        #expect(peer.requests.count == 3)
    }

    @Test("waits as long as it is asked to")
    func retryAfter() async throws {
        var slow = PeerStore.Answer.error("503 Slow Down", "SlowDown")
        slow.headers = "Retry-After: 7\r\n"
        let peer = try PeerStore([slow, PeerStore.Answer()])
        try await peer.store().put(picture, at: key)
        #expect(peer.pauses == [.seconds(7)])
    }

    @Test(
        "never tries again where a person must help, and says loudly and once what to correct",
        arguments: [
            ("403 Forbidden", "AccessDenied", "storage.access_key"),
            ("403 Forbidden", "InvalidAccessKeyId", "storage.access_key"),
            ("403 Forbidden", "SignatureDoesNotMatch", "storage.secret_key"),
            ("403 Forbidden", "RequestTimeTooSkewed", "clock"), ("404 Not Found", "NoSuchBucket", "storage.url"),
            ("400 Bad Request", "AuthorizationHeaderMalformed", "storage.region"),
            ("301 Moved Permanently", "PermanentRedirect", "storage.endpoint"),
        ])
    func loud(status: String, word: String, advice: String) async throws {
        let peer = try PeerStore([.error(status, word)])
        let store = try peer.store()
        #expect(await code { try await store.put(picture, at: key) } == .denied)
        #expect(await code { try await store.put(picture, at: key) } == .denied)
        #expect(peer.requests.count == 2 && peer.pauses.isEmpty)
        #expect(peer.errors.count == 1)
        let said = peer.errors.first?.metadata[.error] ?? ""
        #expect(said.contains(advice))
        #expect(!said.contains("CANARY"))
    }

    @Test("tells that a bucket is full")
    func full() async throws {
        let peer = try PeerStore([.error("403 Forbidden", "QuotaExceeded")])
        let store = try peer.store()
        #expect(await code { try await store.put(picture, at: key) } == .full)
    }

    @Test("takes an object for stored if a try without an answer had stored it, and never another's")
    func unclearPut() async throws {
        let lost = PeerStore.Answer(breaks: true)
        let exists = PeerStore.Answer.error("412 Precondition Failed", "PreconditionFailed")
        let ours = PeerStore.Answer(headers: "Content-Length: 500\r\nETag: \"tag\"\r\n")
        let theirs = PeerStore.Answer(headers: "Content-Length: 501\r\nETag: \"tag\"\r\n")
        try await PeerStore([lost, exists, ours]).store().put(picture, at: key)
        let other = try PeerStore([lost, exists, theirs]).store()
        #expect(await code { try await other.put(picture, at: key) } == .alreadyExists)
        let first = try PeerStore([exists, ours]).store()
        #expect(await code { try await first.put(picture, at: key) } == .alreadyExists)
    }

    @Test("looks before it writes where the server knows no conditions")
    func noConditions() async throws {
        let missing = PeerStore.Answer(status: "404 Not Found")
        let peer = try PeerStore([.error("501 Not Implemented", "NotImplemented"), missing, PeerStore.Answer()])
        try await peer.store().put(picture, at: key)
        #expect(peer.requests.map { $0.prefix(4) } == ["PUT ", "HEAD", "PUT "])
        #expect(peer.requests[2].contains("If-None-Match") == false)
    }

    @Test("never gives half a picture")
    func half() async throws {
        let half = PeerStore.Answer(body: "half", missing: 4)
        let store = try PeerStore([half]).store()
        #expect(await code { _ = try await store.get(key, limit: 1000) } == .unavailable)
        let whole = try PeerStore([half, PeerStore.Answer(body: "complete")]).store()
        #expect(try await whole.get(key, limit: 1000) == Data("complete".utf8))
    }

    @Test("reads no more than it was told to")
    func limit() async throws {
        let store = try PeerStore([PeerStore.Answer(body: String(repeating: "x", count: 200_000))]).store()
        #expect(await code { _ = try await store.get(key, limit: 100_000) } == .tooLarge)
    }

    @Test(
        "refuses listings that are none",
        arguments: [
            "", "<html/>", "<!DOCTYPE a [<!ENTITY b \"c\">]><ListBucketResult>&b;</ListBucketResult>",
            "<ListBucketResult>", String(repeating: "<a>", count: 20) + String(repeating: "</a>", count: 20),
        ])
    func listings(body: String) async throws {
        let store = try PeerStore([PeerStore.Answer(body: body)]).store()
        #expect(await code { _ = try await store.list(prefix: "", after: nil, limit: 10) } == .unavailable)
    }

    @Test("leaves out what others keep in the bucket")
    func foreign() async throws {
        let objects = ["all/snapshots/a.jpg", "all/b%20c", "elsewhere/d"].map {
            "<Contents><Key>\($0)</Key><Size>3</Size><LastModified>2026-01-02T03:04:05.000Z</LastModified></Contents>"
        }
        let body = "<ListBucketResult><IsTruncated>false</IsTruncated>\(objects.joined())</ListBucketResult>"
        let peer = try PeerStore([PeerStore.Answer(body: body)])
        let listed = try await peer.store().list(prefix: "snapshots", after: nil, limit: 10)
        #expect(listed.map(\.key.description) == ["snapshots/a.jpg"])
        #expect(peer.requests.first?.contains("prefix=all%2Fsnapshots%2F") == true)
    }

    @Test("passes on what could not be deleted")
    func deletion() async throws {
        let refused = "<DeleteResult><Error><Key>a</Key><Code>AccessDenied</Code></Error></DeleteResult>"
        let store = try PeerStore([PeerStore.Answer(body: refused)]).store()
        let keys = [key, ObjectKey.snapshot(SnapshotID(), camera: CameraID())]
        #expect(await code { try await store.delete(keys) } == .denied)
    }

    @Test("counts what the bucket holds, and what it stores and deletes itself")
    func usage() async throws {
        func page(_ name: String, isLast: Bool) -> PeerStore.Answer {
            let object =
                "<Contents><Key>all/\(name)</Key><Size>200</Size><LastModified>2026-01-02T03:04:05Z</LastModified></Contents>"
            return PeerStore.Answer(
                body: "<ListBucketResult>\(object)<IsTruncated>\(!isLast)</IsTruncated></ListBucketResult>")
        }
        let peer = try PeerStore([
            PeerStore.Answer(), page("a", isLast: false), page("b", isLast: true), PeerStore.Answer(),
        ])
        let store = try peer.store()
        #expect(try await store.usage() == StorageUsage(usedBytes: 400, freeBytes: 600))
        #expect(peer.requests[2].contains("start-after=all%2Fa"))
        try await store.put(Data(count: 500), at: key)
        #expect(try await store.usage() == StorageUsage(usedBytes: 900, freeBytes: 100))
        try await store.delete([key])
        #expect(try await store.usage().usedBytes == 600)
    }

    @Test("sets a rule of its own for expiry, once, and never replaces another's")
    func backstop() async throws {
        let none = PeerStore.Answer.error("404 Not Found", "NoSuchLifecycleConfiguration")
        let unset = try PeerStore([none, PeerStore.Answer()])
        #expect(try await unset.store().setBackstop(days: 30) == .set)
        #expect(unset.requests[1].hasPrefix("PUT /bucket/?lifecycle= "))
        #expect(unset.requests[1].contains("Content-MD5: "))
        func rules(_ name: String) -> PeerStore.Answer {
            let rule = "<Rule><ID>\(name)</ID><Expiration><Days>30</Days></Expiration></Rule>"
            return PeerStore.Answer(body: "<LifecycleConfiguration>\(rule)</LifecycleConfiguration>")
        }
        #expect(try await PeerStore([rules("maskwatch-backstop")]).store().setBackstop(days: 30) == .unchanged)
        #expect(try await PeerStore([rules("theirs")]).store().setBackstop(days: 30) == .leftToOwner)
        let closed = try PeerStore([.error("403 Forbidden", "AccessDenied")])
        #expect(try await closed.store().setBackstop(days: 30) == .notAllowed)
        #expect(closed.errors.isEmpty)
        let unknown = try PeerStore([.error("501 Not Implemented", "NotImplemented")])
        #expect(try await unknown.store().setBackstop(days: 30) == .unsupported)
    }
}
