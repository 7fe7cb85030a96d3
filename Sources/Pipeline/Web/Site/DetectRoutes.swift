import Domain
import Foundation
import HTTPTypes
import Imaging
import Vision

/// Looks at a picture that somebody sends.
struct DetectRoutes: Sendable {
    private let analyze: WebDependencies.PictureAnalyzer
    private let work = WorkLimit(4)

    static let bodyLimit = 32 << 20

    init(analyze: @escaping WebDependencies.PictureAnalyzer) { self.analyze = analyze }

    func detect(_ request: WebRequest) async throws -> HTTPResponse {
        let body = request.http.body
        guard !body.isEmpty else { throw Problem(.badRequest, "Send a JPEG or PNG picture as the body.") }
        do {
            let analysis = try await work.run("pictures") { try await analyze(body) }
            return try .json(PictureReport(file: nil, .success(analysis)))
        } catch let error as PictureError {
            throw Problem(.unprocessableContent, code: error.code.rawValue, error.message)
        }
    }
}
