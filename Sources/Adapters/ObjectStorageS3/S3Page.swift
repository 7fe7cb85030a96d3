import Domain
import Foundation
import HTTPTypes
import ObjectStorage

/// One page of a listing (ListObjectsV2).
struct S3Page: Sendable {
    let objects: [ObjectInformation]
    /// The last name of the page, ours or not, if more follow.
    let next: String?

    /// Keys of one page, by the protocol.
    static let maximumKeys = 1000

    /// Nil if it is no listing. Objects whose names are no keys of ours are left out.
    init?(_ body: Data, prefix: String) {
        guard let root = XMLTree(body)?.root, root.name == "ListBucketResult" else { return nil }
        let contents = root.all("Contents")
        objects = contents.compactMap { Self.object($0, prefix) }
        let last = contents.last?["Key"].flatMap { PercentEncoding.decode($0, plusIsSpace: true) }
        next = root["IsTruncated"] == "true" ? last : nil
    }

    private static func object(_ element: XMLTree.Element, _ prefix: String) -> ObjectInformation? {
        guard let name = element["Key"].flatMap({ PercentEncoding.decode($0, plusIsSpace: true) }),
            name.hasPrefix(prefix), let key = ObjectKey(String(name.dropFirst(prefix.count))),
            let bytes = element["Size"].flatMap(Int.init),
            let modifiedAt = element["LastModified"].flatMap({ JSON.date(from: $0) })
        else { return nil }
        return ObjectInformation(key: key, bytes: bytes, modifiedAt: modifiedAt)
    }
}
