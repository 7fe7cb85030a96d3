import Foundation
import HTTPClient
import HTTPTypes
package import ObjectStorage

extension S3ObjectStore {
    private static let ruleName = "maskwatch-backstop"

    /// One rule of a lifecycle configuration. It is ours by its name; a configuration with other rules is left alone.
    package func setBackstop(days: Int) async throws -> StorageBackstop {
        var request = S3Request(.get)
        request.query = [("lifecycle", "")]
        switch try await client.answer(to: request) {
        case .failure(let failure, _) where failure.code == "NoSuchLifecycleConfiguration": break
        case .failure(let failure, _) where failure.isUnknownThere || failure.status == 405: return .unsupported
        case .failure(let failure, _) where failure.code == "AccessDenied": return .notAllowed
        case .failure(let failure, _): throw client.error(failure)
        case .success(let answer, _):
            // A server that does not know the question takes it for another one.
            guard let root = XMLTree(answer.body)?.root, root.name == "LifecycleConfiguration" else {
                return .unsupported
            }
            let rules = root.all("Rule")
            guard rules.allSatisfy({ $0["ID"] == Self.ruleName }) else { return .leftToOwner }
            let set = rules.first?.all("Expiration").first?["Days"]
            if set == String(days) { return .unchanged }
        }
        return try await put(rule(days: max(1, days)))
    }

    private func put(_ rule: String) async throws -> StorageBackstop {
        var request = S3Request(.put)
        request.query = [("lifecycle", "")]
        request.body = Data(rule.utf8)
        request.headers["Content-MD5"] = MD5.digest(of: request.body)?.base64EncodedString()
        request.headers["Content-Type"] = "application/xml"
        switch try await client.answer(to: request) {
        case .success: return .set
        case .failure(let failure, _) where failure.isUnknownThere || failure.status == 405: return .unsupported
        case .failure(let failure, _) where failure.code == "AccessDenied": return .notAllowed
        // As above: some take it for the creation of the bucket.
        case .failure(let failure, _) where failure.code == "MalformedXML": return .unsupported
        case .failure(let failure, _): throw client.error(failure)
        }
    }

    private func rule(days: Int) -> String {
        "<LifecycleConfiguration><Rule><ID>\(Self.ruleName)</ID>"
            + "<Filter><Prefix>\(client.settings.prefix)snapshots/</Prefix></Filter><Status>Enabled</Status>"
            + "<Expiration><Days>\(days)</Days></Expiration></Rule></LifecycleConfiguration>"
    }
}
