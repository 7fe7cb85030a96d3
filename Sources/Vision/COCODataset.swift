import Domain
package import Foundation

/// Annotated pictures from a COCO file. Categories are `face` (nothing is known of the mask), `mask`, `no_mask` and
/// `incorrect`.
package struct COCODataset: Sendable {
    package enum Category: String, Sendable, CaseIterable {
        case face, mask
        case noMask = "no_mask"
        case incorrect

        /// Nil for `face`.
        var state: MaskState? {
            switch self {
            case .face: nil
            case .mask: .wornCorrectly
            case .noMask: .without
            case .incorrect: .wornIncorrectly
            }
        }

        static let labelled: [Category] = [.mask, .noMask, .incorrect]
    }

    struct Truth: Sendable {
        let box: Box
        let category: Category
        /// A region in which faces were not annotated one by one: what is found there counts neither way.
        let isCrowd: Bool
    }

    struct Picture: Sendable {
        let file: String
        let truths: [Truth]
    }

    let pictures: [Picture]

    package var count: Int { pictures.count }

    /// - Throws: `EvaluationError` if the file is no COCO file or names other categories.
    package init(contentsOf file: URL) throws {
        do {
            try self.init(JSONDecoder().decode(COCOFile.self, from: Data(contentsOf: file)))
        } catch let error as EvaluationError { throw error } catch {
            throw EvaluationError("\(file.path) cannot be read as a COCO file: \(error)")
        }
    }

    private init(_ file: COCOFile) throws {
        var categories: [Int: Category] = [:]
        for category in file.categories {
            guard let known = Category(rawValue: category.name) else {
                let names = Category.allCases.map(\.rawValue).joined(separator: ", ")
                throw EvaluationError("the category '\(category.name)' is none of \(names)")
            }
            categories[category.id] = known
        }
        var truths: [Int: [Truth]] = [:]
        for annotation in file.annotations {
            guard let category = categories[annotation.categoryID], annotation.bbox.count == 4 else {
                throw EvaluationError("annotation \(annotation.id) has no known category or no box of four numbers")
            }
            let box = annotation.bbox
            truths[annotation.imageID, default: []].append(
                Truth(
                    box: Box(x: box[0], y: box[1], width: box[2], height: box[3]), category: category,
                    isCrowd: annotation.iscrowd == 1))
        }
        pictures = file.images.map { Picture(file: $0.fileName, truths: truths[$0.id] ?? []) }
    }
}

/// What is read of a COCO file (cocodataset.org, "Data format").
private struct COCOFile: Decodable {
    struct Image: Decodable {
        let id: Int
        let fileName: String

        enum CodingKeys: String, CodingKey {
            case id
            case fileName = "file_name"
        }
    }

    struct Annotation: Decodable {
        let id: Int
        let imageID: Int
        let categoryID: Int
        let bbox: [Float]
        let iscrowd: Int?

        enum CodingKeys: String, CodingKey {
            case id, bbox, iscrowd
            case imageID = "image_id"
            case categoryID = "category_id"
        }
    }

    struct Category: Decodable {
        let id: Int
        let name: String
    }

    let images: [Image]
    let annotations: [Annotation]
    let categories: [Category]
}

/// Why an evaluation cannot be done.
package struct EvaluationError: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
