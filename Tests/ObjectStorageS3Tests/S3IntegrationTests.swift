import Domain
import Foundation
import Logging
import ObjectStorage
import ObjectStorageS3
import TestSupport
import Testing

@Suite("The object store on a real S3 server", .enabled(if: S3Server.isConfigured, S3Server.hint))
struct S3IntegrationTests {
    private func key() -> ObjectKey { .snapshot(SnapshotID(), camera: CameraID()) }

    private func code(_ body: () async throws -> Void) async -> ObjectStoreError.Code? {
        do {
            try await body()
            return nil
        } catch { return (error as? ObjectStoreError)?.code }
    }

    @Test("keeps the contract of object stores, with and without a prefix", arguments: ["", "some/where"])
    func contract(prefix: String) async throws {
        try await ObjectStoreContract(store: S3Server().store(prefix: prefix)).check()
    }

    @Test("keeps the contract with the bucket in the host name, as Amazon has it")
    func virtualHost() async throws {
        try await ObjectStoreContract(store: S3Server().store(usesPathStyle: false)).check()
    }

    @Test("keeps the contract over TLS, with the authority that it was told to trust and no other")
    func encrypted() async throws {
        let server = try await S3Server()
        try await ObjectStoreContract(store: server.storeOverTLS(authorities: server.authorities)).check()
        let untrusting = try server.storeOverTLS(authorities: nil)
        let error = await #expect(throws: ObjectStoreError.self) { try await untrusting.put(Data([1]), at: key()) }
        #expect(error?.code == .denied)
    }

    @Test("stores what an independent client reads, and reads what that one stored")
    func boto3() async throws {
        let server = try await S3Server()
        let store = try server.store(prefix: "ours")
        let key = key()
        try await store.put(Data("from us".utf8), at: key)
        #expect(
            try await server.boto3("print(s3.get_object(Bucket=bucket, Key='ours/\(key)')['Body'].read().decode())")
                == "from us")
        #expect(
            try await server.boto3("print(s3.head_object(Bucket=bucket, Key='ours/\(key)')['ContentType'])")
                == "image/jpeg")
        _ = try await server.boto3("s3.put_object(Bucket=bucket, Key='ours/theirs.jpg', Body=b'from them')")
        let theirs = try #require(ObjectKey("theirs.jpg"))
        #expect(try await store.get(theirs, limit: 100) == Data("from them".utf8))
        #expect(try await store.list(prefix: "", after: nil, limit: 10).map(\.key) == [key, theirs])
        #expect(try await server.s3cmd("get", "--force", "s3://\(server.bucket)/ours/\(key)", "-") == "from us")
        try await store.delete([key, theirs])
        #expect(try await server.boto3("print(s3.list_objects_v2(Bucket=bucket)['KeyCount'])") == "0")
    }

    @Test("makes addresses that a browser may use for a while, for one object")
    func presigned() async throws {
        let server = try await S3Server()
        let store = try server.store()
        let key = key()
        try await store.put(Data("picture".utf8), at: key)
        let address = store.presignedAddress(of: key, seconds: 60)
        #expect(try await server.curl("-f", address) == "picture")
        let forged = address.replacing("\(key)", with: "\(self.key())")
        #expect(try await server.curl("-o", "/dev/null", "-w", "%{http_code}", forged) == "403")
        #expect(!address.contains(server.secretKey))
    }

    @Test("is refused with a wrong key and without a bucket, which no further try changes")
    func refused() async throws {
        let server = try await S3Server()
        let wrong = try server.store(secretKey: "wrong")
        #expect(await code { try await wrong.put(Data([1]), at: key()) } == .denied)
        let refusal = await #expect(throws: ObjectStoreError.self) { _ = try await wrong.usage() }
        #expect(refusal?.code == .denied && refusal?.message.contains("storage.secret_key") == true)
        let nowhere = S3ObjectStore(settings: try server.settings(url: "s3://no-such-bucket"), logger: .silent)
        #expect(await code { try await nowhere.put(Data([1]), at: key()) } == .denied)
        #expect(await code { _ = try await nowhere.usage() } == .denied)
        let elsewhere = S3ObjectStore(
            settings: try server.settings(url: "s3://\(server.bucket)", region: "test-2"), logger: .silent)
        let error = await #expect(throws: ObjectStoreError.self) { try await elsewhere.put(Data([1]), at: key()) }
        #expect(error?.code == .denied && error?.message.contains("storage.region") == true)
    }

    @Test("is refused when this machine's clock is wrong")
    func clock() async throws {
        let server = try await S3Server()
        let store = S3ObjectStore(
            settings: try server.settings(url: "s3://\(server.bucket)"), clock: S3Clock(now: { Date() + 3600 }),
            logger: .silent)
        let error = await #expect(throws: ObjectStoreError.self) { try await store.put(Data([1]), at: key()) }
        #expect(error?.code == .denied)
        #expect(error?.message.contains("clock") == true)
    }

    @Test("counts what is stored")
    func usage() async throws {
        let store = try await S3Server().store()
        for _ in 0..<3 { try await store.put(Data(count: 1000), at: key()) }
        #expect(try await store.usage().usedBytes == 3000)
    }

    @Test("knows that a server may have no rules for expiry")
    func backstop() async throws {
        let store = try await S3Server().store()
        #expect(try await store.setBackstop(days: 30) == .unsupported)
    }

    @Test("keeps to a few requests at a time, however slowly they are answered")
    func slow() async throws {
        let server = try await S3Server()
        let proxy = try FaultProxy(to: server.port)
        proxy.set { $0.delay = 0.2 }
        let store = try server.store(port: proxy.port)
        let keys = (0..<40).map { _ in key() }
        try await withThrowingTaskGroup { group in
            for key in keys { group.addTask { try await store.put(Data(count: 1000), at: key) } }
            try await group.waitForAll()
        }
        #expect(proxy.mostConnections <= 8)
        #expect(try await server.store().list(prefix: "", after: nil, limit: 100).count == keys.count)
        try await store.delete(keys)
        #expect(try await server.store().list(prefix: "", after: nil, limit: 100).isEmpty)
    }

    @Test("stores a whole picture or none when connections break, whatever the time")
    func brokenConnections() async throws {
        let server = try await S3Server()
        let proxy = try FaultProxy(to: server.port)
        let direct = try server.store()
        let store = try server.store(port: proxy.port, timeout: 2)
        let picture = Data((0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        var key = key()
        for limit in [0, 10, 600, 900] {
            proxy.set { $0.resetAfter = limit }
            key = self.key()
            try? await store.put(picture, at: key)
            if try await direct.head(key) != nil { #expect(try await direct.get(key, limit: 1 << 20) == picture) }
            proxy.set { $0 = .init() }
            #expect([nil, .alreadyExists].contains(await code { try await store.put(picture, at: key) }))
            #expect(try await store.get(key, limit: 1 << 20) == picture)
        }
        proxy.set { $0.stallAfter = 1000 }
        #expect(await code { _ = try await store.get(key, limit: 1 << 20) } == .unavailable)
        proxy.set { $0.refuses = true }
        #expect(await code { _ = try await store.usage() } == .unavailable)
    }
}
