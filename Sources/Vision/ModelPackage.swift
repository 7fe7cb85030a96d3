import Domain
package import Foundation
import Secrets

/// A model package on disk whose every file is what `model.json` says it is.
package struct ModelPackage: Sendable {
    package let directory: URL
    package let description: ModelDescription

    package var name: String { description.name }
    package var version: String { description.version }
    /// `name/version`
    package var identity: String { "\(name)/\(version)" }

    static let descriptionLimit = 1 << 20

    /// Reads `model.json` and checks it and every file it names.
    /// - Throws: `ModelPackageError`.
    package init(at directory: URL) throws(ModelPackageError) {
        self.directory = directory
        description = try Self.readDescription(directory)
        try ModelDescriptionCheck(description, in: directory).run()
        for file in description.files { try verify(file) }
    }

    /// The network as OpenVINO reads it: IR (`.xml`) in the given precision, or the fastest there is; else ONNX.
    /// - Throws: `ModelPackageError` with `.noNetwork`.
    package func openVINONetwork(precision: String? = nil) throws(ModelPackageError) -> URL {
        let networks = description.files.filter { $0.format == "openvino-ir" }
        let wanted = precision.map { [$0] } ?? ["INT8", "FP16", "FP32"]
        for candidate in wanted {
            if let file = networks.first(where: { $0.precision == candidate }) {
                return directory.appending(path: file.path)
            }
        }
        let exchange = description.files.first {
            $0.format == "onnx" && (precision == nil || $0.precision == precision)
        }
        if let exchange { return directory.appending(path: exchange.path) }
        throw ModelPackageError(
            .noNetwork, "model package \(identity) has no OpenVINO network in \(wanted.joined(separator: ", "))")
    }

    private static func readDescription(_ directory: URL) throws(ModelPackageError) -> ModelDescription {
        let file = directory.appending(path: "model.json")
        guard let handle = try? FileHandle(forReadingFrom: file) else {
            throw ModelPackageError(.notFound, "there is no model package in \(directory.path): no model.json")
        }
        defer { try? handle.close() }
        do {
            let data = try handle.read(upToCount: descriptionLimit + 1) ?? Data()
            guard data.count <= descriptionLimit else {
                throw ModelPackageError(.invalid, "\(file.path) has more than \(descriptionLimit) bytes")
            }
            let format = try JSON.decode(FormatOnly.self, from: data).format
            guard format == ModelDescription.format else {
                throw ModelPackageError(
                    .unknownFormat, "\(file.path) has format \(format), this program reads \(ModelDescription.format)")
            }
            return try JSON.decode(ModelDescription.self, from: data)
        } catch let error as ModelPackageError { throw error } catch {
            throw ModelPackageError(.invalid, "\(file.path): \(Self.sentence(error))")
        }
    }

    /// The files a package names lie inside it.
    private func verify(_ file: ModelDescription.File) throws(ModelPackageError) {
        let parts = file.path.split(separator: "/", omittingEmptySubsequences: false)
        guard !parts.isEmpty, parts.allSatisfy({ !$0.isEmpty && $0 != ".." && $0 != "." }) else {
            throw ModelPackageError(.invalid, "model package \(identity) names the file '\(file.path)' outside it")
        }
        guard let digest = try? SHA256.hexDigest(ofFile: directory.appending(path: file.path)) else {
            throw ModelPackageError(.notFound, "model package \(identity) lacks its file \(file.path)")
        }
        guard digest == file.sha256.lowercased() else {
            throw ModelPackageError(
                .hashMismatch,
                "\(file.path) of model package \(identity) is not the file model.json names: its SHA-256 is \(digest), "
                    + "expected \(file.sha256); get the package again")
        }
    }

    private static func sentence(_ error: any Error) -> String {
        switch error {
        case DecodingError.keyNotFound(let key, let context):
            "key '\(path(context, key))' is missing"
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
            "key '\(path(context))' has the wrong type"
        case DecodingError.dataCorrupted(let context):
            context.codingPath.isEmpty ? "is not JSON" : "key '\(path(context))': \(context.debugDescription)"
        default: error.localizedDescription
        }
    }

    private static func path(_ context: DecodingError.Context, _ last: (any CodingKey)? = nil) -> String {
        (context.codingPath + [last].compactMap { $0 }).map { $0.intValue.map(String.init) ?? $0.stringValue }
            .joined(separator: ".")
    }
}

private struct FormatOnly: Decodable {
    let format: Int
}

/// Why a model package is refused.
package struct ModelPackageError: Error, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable {
        case notFound, invalid, unknownFormat, hashMismatch, noNetwork
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
