import Domain
package import Foundation
package import Imaging

/// What `detect --json` prints and `POST /api/v1/detect` answers for one picture.
package struct PictureReport: Sendable, Hashable {
    package var file: String?
    package var result: Result<PictureAnalysis, PictureError>

    /// - Parameter file: as the user named it; nil for an upload.
    package init(file: String?, _ result: Result<PictureAnalysis, PictureError>) {
        self.file = file
        self.result = result
    }

    /// One line of JSON without a newline.
    package func json() throws -> Data { try JSON.encode(self) }
}

extension PictureReport: Encodable {
    private enum CodingKeys: String, CodingKey {
        case file, width, height, faces, timingsMs, error
    }

    private enum ErrorKeys: String, CodingKey {
        case code, message
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(file, forKey: .file)
        switch result {
        case .success(let analysis):
            try container.encode(analysis.width, forKey: .width)
            try container.encode(analysis.height, forKey: .height)
            try container.encode(analysis.faces, forKey: .faces)
            try container.encode(analysis.timings, forKey: .timingsMs)
        case .failure(let error):
            var nested = container.nestedContainer(keyedBy: ErrorKeys.self, forKey: .error)
            try nested.encode(error.code, forKey: .code)
            try nested.encode(error.message, forKey: .message)
        }
    }
}
