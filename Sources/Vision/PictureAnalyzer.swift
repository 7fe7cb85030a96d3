package import Foundation
package import Imaging

/// Looks at pictures and tells the faces in them: here (`FaceAnalyzer`) or by a model server that does all of it
/// (`RemoteFaceAnalyzer`).
package protocol PictureAnalyzer: Sendable {
    /// `name/version` of the models in use now; empty while they are not known.
    var models: [String] { get }

    /// - Parameter pictures: JPEG or PNG files.
    /// - Returns: one result a picture, in their order; a picture that cannot be read fails alone.
    /// - Throws: `InferenceError` if the models cannot be run: nothing is known of any of the pictures then.
    func analyze(_ pictures: [Data]) async throws -> [Result<PictureAnalysis, PictureError>]
}

extension PictureAnalyzer {
    /// One picture.
    /// - Throws: `PictureError` or `InferenceError`.
    package func analyze(_ picture: Data) async throws -> PictureAnalysis {
        try await analyze([picture])[0].get()
    }
}
