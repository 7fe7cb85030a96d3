package import Domain
package import Foundation
import HTTPClient
import HTTPTypes
package import Logging
package import ObjectStorage
import Secrets
import Synchronization

/// An object store in a bucket of any server that speaks the S3 protocol. Objects are written under a condition that
/// keeps them from being overwritten, and with checksums, so that there is never half a picture. Where the server has no
/// such condition, two writers of the same key at the same moment could both succeed; keys are made once (`SnapshotID`).
package final class S3ObjectStore: ObjectStore {
    let client: S3Client
    let usage: S3Usage
    /// Whether the server knows `If-None-Match: *` for PUT; one that says it does not is asked beforehand each time.
    private let knowsCondition = Mutex(true)

    /// Keys of one request to delete, by the protocol.
    private static let keysPerDeletion = 1000

    /// Nothing is asked of the server yet.
    package init(settings: S3Settings, clock: S3Clock = S3Clock(), logger: Logger) {
        client = S3Client(settings: settings, clock: clock, logger: logger)
        usage = S3Usage(quota: settings.quotaBytes, now: clock.now)
    }

    package func put(_ data: Data, at key: ObjectKey) async throws {
        var request = S3Request(.put, key: name(key))
        request.body = data
        request.headers["Content-Type"] = "image/jpeg"
        request.headers["Content-MD5"] = MD5.digest(of: data)?.base64EncodedString()
        if knowsCondition.withLock({ $0 }) {
            request.headers["If-None-Match"] = "*"
        } else if try await head(key) != nil {
            throw Self.alreadyExists
        }
        switch try await client.answer(to: request) {
        case .success: usage.added(data.count)
        case .failure(let failure, _) where failure.isUnknownThere && request.headers["If-None-Match"] != nil:
            knowsCondition.withLock { $0 = false }
            try await put(data, at: key)
        case .failure(let failure, let attempt) where failure.status == 412:
            // After a try without an answer the object may be our own.
            guard attempt > 1, try await holds(data, at: key) else { throw Self.alreadyExists }
            usage.added(data.count)
        case .failure(let failure, _): throw client.error(failure)
        }
    }

    package func get(_ key: ObjectKey, limit: Int) async throws -> Data {
        var request = S3Request(.get, key: name(key))
        request.maximumAnswer = limit
        let response = try await client.send(request)
        guard response.body.count <= limit else {
            throw ObjectStoreError(
                .tooLarge, "the object has \(response.body.count) bytes; at most \(limit) are accepted")
        }
        return response.body
    }

    package func head(_ key: ObjectKey) async throws -> ObjectInformation? {
        guard let headers = try await head(name(key)), let bytes = headers["Content-Length"].flatMap(Int.init) else {
            return nil
        }
        let modifiedAt = headers["Last-Modified"].flatMap(HTTPDate.date) ?? Date(timeIntervalSince1970: 0)
        return ObjectInformation(key: key, bytes: bytes, modifiedAt: modifiedAt)
    }

    package func delete(_ keys: [ObjectKey]) async throws {
        for start in stride(from: 0, to: keys.count, by: Self.keysPerDeletion) {
            let part = keys[start..<min(start + Self.keysPerDeletion, keys.count)]
            if part.count == 1 {
                try await deleteOne(part[start])
            } else {
                try await deleteTogether(part)
            }
            usage.removed(part.count)
        }
    }

    package func list(prefix: String, after: ObjectKey?, limit: Int) async throws -> [ObjectInformation] {
        let folder = prefix.split(separator: "/").joined(separator: "/")
        guard folder.isEmpty || ObjectKey(folder) != nil else { return [] }
        var found: [ObjectInformation] = []
        var position = after.map(name)
        while found.count < limit {
            let page = try await page(of: folder, after: position, limit: limit - found.count)
            found += page.objects
            guard let next = page.next else { break }
            position = next
        }
        return found
    }

    package func usage() async throws -> StorageUsage {
        // Also when there is nothing to count: whoever asks wants to know whether the store is there.
        if case .failure(let failure, _) = try await client.answer(to: S3Request(.head)) {
            // That answer has no words; one to another question has.
            if [400, 403].contains(failure.status) { _ = try await page(of: "", after: nil, limit: 1) }
            throw client.error(failure.status == 404 ? S3Failure(code: "NoSuchBucket", message: "") : failure)
        }
        try await usage.count { try await self.page(of: "", after: $0, limit: .max) }
        return usage.current
    }

    /// An address at which anybody may get the object without our keys, for a browser.
    /// - Parameter seconds: 1...604800; keep it to minutes.
    package func presignedAddress(of key: ObjectKey, seconds: Int) -> String {
        client.presigned(name(key), seconds: seconds)
    }

    // MARK: Steps

    private static let alreadyExists = ObjectStoreError(.alreadyExists, "there is an object with this key already")

    private func name(_ key: ObjectKey) -> String { client.settings.prefix + key.description }

    /// Nil if there is no such object.
    private func head(_ name: String) async throws -> HTTPHeaders? {
        switch try await client.answer(to: S3Request(.head, key: name)) {
        case .success(let response, _): return response.headers
        case .failure(let failure, _) where failure.status == 404: return nil
        case .failure(let failure, _): throw client.error(failure)
        }
    }

    /// Whether the object there is these bytes.
    private func holds(_ data: Data, at key: ObjectKey) async throws -> Bool {
        guard let headers = try await head(name(key)), headers["Content-Length"] == String(data.count) else {
            return false
        }
        let tag = headers["ETag"]?.trimmingCharacters(in: CharacterSet(charactersIn: "\"")) ?? ""
        guard tag.count == 32, let digest = MD5.digest(of: data) else { return true }
        return tag.lowercased() == Hexadecimal.text(digest)
    }

    private func deleteOne(_ key: ObjectKey) async throws {
        switch try await client.answer(to: S3Request(.delete, key: name(key))) {
        case .success: return
        case .failure(let failure, _) where failure.code == "NoSuchKey": return
        case .failure(let failure, _): throw client.error(failure)
        }
    }

    private func deleteTogether(_ keys: ArraySlice<ObjectKey>) async throws {
        var request = S3Request(.post)
        request.query = [("delete", "")]
        // Keys have no character that XML would need written otherwise.
        let objects = keys.map { "<Object><Key>\(name($0))</Key></Object>" }.joined()
        request.body = Data("<Delete><Quiet>true</Quiet>\(objects)</Delete>".utf8)
        request.headers["Content-MD5"] = MD5.digest(of: request.body)?.base64EncodedString()
        request.maximumAnswer = 1 << 20
        let answer = try await client.send(request)
        let errors = XMLTree(answer.body)?.root.all("Error") ?? []
        guard let first = errors.first(where: { $0["Code"] != "NoSuchKey" }) else { return }
        throw client.error(S3Failure(code: first["Code"] ?? "", message: first["Message"] ?? ""))
    }

    private func page(of folder: String, after: String?, limit: Int) async throws -> S3Page {
        var request = S3Request(.get)
        let prefix = client.settings.prefix + (folder.isEmpty ? "" : folder + "/")
        request.query = [
            ("list-type", "2"), ("encoding-type", "url"), ("max-keys", String(min(limit, S3Page.maximumKeys))),
        ]
        if !prefix.isEmpty { request.query.append(("prefix", prefix)) }
        if let after { request.query.append(("start-after", after)) }
        request.maximumAnswer = 8 << 20
        let answer = try await client.send(request)
        guard let page = S3Page(answer.body, prefix: client.settings.prefix) else {
            throw ObjectStoreError(.unavailable, "the store's listing cannot be read")
        }
        return page
    }
}
