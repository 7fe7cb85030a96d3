import Foundation
import HTTPTypes
import Secrets

/// The files of the user interface: a fixed list, read once. A request names one of them or nothing; it never becomes a
/// path.
struct StaticFiles: Sendable {
    private struct File: Sendable {
        let data: Data
        let contentType: String
        let entityTag: String
    }

    private let files: [String: File]

    /// What the pages need from others, from Debian's packages libjs-bootstrap5 and libjs-chart.js.
    static let vendor = [
        "vendor/bootstrap.min.css": "/usr/share/javascript/bootstrap5/css/bootstrap.min.css",
        "vendor/bootstrap.bundle.min.js": "/usr/share/javascript/bootstrap5/js/bootstrap.bundle.min.js",
        "vendor/chart.min.js": "/usr/share/javascript/chart.js/chart.min.js",
    ]

    private static let contentTypes = [
        "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8",
        "svg": "image/svg+xml", "png": "image/png", "woff2": "font/woff2", "webmanifest": "application/manifest+json",
    ]

    /// - Throws: `StaticFilesError` if a file is missing or of a kind that is not served.
    init(folder: URL, vendor: [String: String] = Self.vendor) throws {
        var files: [String: File] = [:]
        for name in try Self.names(in: folder) { files[name] = try Self.read(folder.appending(path: name), as: name) }
        for (name, path) in vendor { files[name] = try Self.read(URL(filePath: path), as: name) }
        guard files["index.html"] != nil else {
            throw StaticFilesError(description: "the user interface is missing: no index.html in \(folder.path)")
        }
        self.files = files
    }

    /// The files that come with this module.
    static func bundled() throws -> StaticFiles {
        guard let folder = Bundle.module.url(forResource: "UI", withExtension: nil) else {
            throw StaticFilesError(description: "the user interface is missing: its folder must lie beside the program")
        }
        return try StaticFiles(folder: folder)
    }

    func page(_ request: WebRequest) async throws -> HTTPResponse { try answer("index.html", to: request) }

    func asset(_ request: WebRequest) async throws -> HTTPResponse {
        try answer(request.http.parameters["file"] ?? "", to: request)
    }

    private func answer(_ name: String, to request: WebRequest) throws -> HTTPResponse {
        guard let file = files[name] else { throw Problem(.notFound, "There is no such file.") }
        // The names do not change with the contents, so a browser asks again each time and gets 304 as a rule.
        let headers: HTTPHeaders = ["ETag": file.entityTag, "Cache-Control": "no-cache"]
        if request.http.headers["If-None-Match"]?.contains(file.entityTag) == true {
            return HTTPResponse(.notModified, headers: headers)
        }
        var response = HTTPResponse.data(file.data, contentType: file.contentType)
        for field in headers.fields { response.headers[field.name] = field.value }
        return response
    }

    private static func names(in folder: URL) throws -> [String] {
        guard let names = FileManager.default.enumerator(atPath: folder.path) else { return [] }
        return names.compactMap { $0 as? String }.filter { name in
            var isFolder: ObjCBool = false
            return unsafe FileManager.default.fileExists(
                atPath: folder.appending(path: name).path, isDirectory: &isFolder) && !isFolder.boolValue
        }
    }

    private static func read(_ file: URL, as name: String) throws -> File {
        guard let contentType = contentTypes[URL(filePath: name).pathExtension] else {
            throw StaticFilesError(description: "'\(name)' is of a kind that is not served")
        }
        guard let data = try? Data(contentsOf: file) else {
            throw StaticFilesError(
                description: "\(file.path) cannot be read; install libjs-bootstrap5 and libjs-chart.js (scripts/setup)")
        }
        return File(data: data, contentType: contentType, entityTag: "\"\(SHA256.hexDigest(of: data).prefix(32))\"")
    }
}

/// The user interface cannot be served.
package struct StaticFilesError: Error, Hashable, CustomStringConvertible {
    package let description: String
}
