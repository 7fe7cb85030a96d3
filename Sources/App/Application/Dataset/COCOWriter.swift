import Domain
import Foundation

/// Writes one split of a COCO data set in the shape the training kit reads: `faces/<split>.json` and `faces/<split>/*.jpg`.
struct COCOWriter {
    private struct File: Encodable {
        struct Image: Encodable {
            let id: Int
            let fileName: String
            let width: Int
            let height: Int
            /// The camera.
            let source: String
            let dateCaptured: Date
        }
        struct Annotation: Encodable {
            let id: Int
            let imageID: Int
            let categoryID: Int
            let bbox: Box
            let area: Float
            let iscrowd: Int
        }
        struct Category: Encodable {
            let id: Int
            let name: String
        }
        var images: [Image] = []
        var annotations: [Annotation] = []
        let categories = COCOWriter.categories.enumerated().map { Category(id: $0, name: $1) }
    }

    /// By id; docs/training.md.
    private static let categories = ["face", "mask", "no_mask", "incorrect"]

    private let folder: URL
    private let split: String
    private var file = File()

    /// - Throws: what making a folder throws.
    init(folder: URL, split: String) throws {
        self.folder = folder
        self.split = split
        try FileManager.default.createDirectory(
            at: folder.appending(path: "faces/\(split)"), withIntermediateDirectories: true)
    }

    var images: Int { file.images.count }
    var faces: Int { file.annotations.count }

    /// - Parameters:
    ///   - jpeg: the picture as it was stored.
    ///   - camera: its name.
    /// - Throws: what writing a file throws.
    mutating func add(_ observation: Observation, jpeg: Data, camera: String) throws {
        let name = "\(observation.snapshotID).jpg"
        try jpeg.write(to: folder.appending(path: "faces/\(split)/\(name)"))
        let id = file.images.count + 1
        file.images.append(
            File.Image(
                id: id, fileName: name, width: observation.width, height: observation.height, source: camera,
                dateCaptured: observation.takenAt))
        for face in observation.faces {
            file.annotations.append(
                File.Annotation(
                    id: file.annotations.count + 1, imageID: id, categoryID: Self.category(face.mask), bbox: face.box,
                    area: face.box.area, iscrowd: 0))
        }
    }

    /// Call once, after the last picture.
    /// - Throws: what writing a file throws.
    func finish() throws {
        try JSON.encode(file, pretty: true).write(to: folder.appending(path: "faces/\(split).json"))
    }

    /// Nothing is known of the mask of a face that is `unknown`.
    private static func category(_ state: MaskState) -> Int {
        switch state {
        case .unknown: 0
        case .wornCorrectly: 1
        case .without: 2
        case .wornIncorrectly: 3
        }
    }
}
