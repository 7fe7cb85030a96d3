import Domain
import Foundation

/// Walks the folders in the order of the keys and skips what lies before the starting point without opening it.
struct ObjectListing {
    private let folder: ObjectFolder
    private let after: [String]
    private let limit: Int
    private var found: [ObjectInformation] = []

    init(folder: ObjectFolder, after: ObjectKey?, limit: Int) {
        self.folder = folder
        self.after = after.map { $0.description.split(separator: "/").map(String.init) } ?? []
        self.limit = limit
    }

    mutating func objects(below prefix: String) throws -> [ObjectInformation] {
        let segments = prefix.split(separator: "/").map(String.init)
        guard segments.isEmpty || ObjectKey(segments.joined(separator: "/")) != nil else { return [] }
        try walk(segments)
        return found
    }

    private mutating func walk(_ segments: [String]) throws {
        for name in try folder.names(in: segments.joined(separator: "/")) where found.count < limit {
            let path = segments + [name]
            guard !isBeforeStart(path) else { continue }
            guard let key = ObjectKey(path.joined(separator: "/")),
                let status = try FileStatus.at("\(folder.path)/\(key)")
            else { continue }
            if status.isFolder {
                try walk(path)
            } else if status.isFile, path != after {
                found.append(ObjectInformation(key: key, bytes: status.bytes, modifiedAt: status.modifiedAt))
            }
        }
    }

    /// Whether everything at or below the path sorts before the starting point.
    private func isBeforeStart(_ path: [String]) -> Bool {
        let start = after.prefix(path.count)
        guard !start.isEmpty, !start.elementsEqual(path) else { return false }
        return path.lexicographicallyPrecedes(start)
    }
}
