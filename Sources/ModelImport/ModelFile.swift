import Foundation

/// A file a user gives; read whole, never executed, at most as large as `limit` says.
struct ModelFile {
    let name: String
    let data: Data

    /// - Throws: `ModelImportError`.
    init(_ url: URL, limit: Int) throws(ModelImportError) {
        name = url.lastPathComponent
        let values = try? url.resourceValues(forKeys: [.fileSizeKey, .isRegularFileKey])
        guard let values, values.isRegularFile == true, let size = values.fileSize else {
            throw ModelImportError(name, "there is no such file: \(url.path)")
        }
        guard size <= limit else {
            throw ModelImportError(name, "the file has \(size) bytes; at most \(limit) are read")
        }
        guard let data = try? Data(contentsOf: url, options: .mappedIfSafe) else {
            throw ModelImportError(name, "the file cannot be read")
        }
        self.data = data
    }

    init(name: String, data: Data) {
        self.name = name
        self.data = data
    }

    /// - Throws: `ModelImportError` if it is not UTF-8 text.
    func text() throws(ModelImportError) -> String {
        guard let text = String(data: data, encoding: .utf8), !text.utf8.contains(0) else {
            throw ModelImportError(name, "the file is not UTF-8 text")
        }
        return text
    }
}
