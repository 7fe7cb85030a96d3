import Domain
import Foundation
import Imaging
import Notifications
import Vision

/// `maskwatch detect`: looks at pictures on disk.
enum DetectCommand {
    private static let annotate = CommandOption(
        name: "--annotate", value: "DIR", help: "write each picture with boxes and labels into this folder")
    private static let model = CommandOption(name: "--model", value: "PKG", help: "name of the detector's package")
    private static let batch = 8

    static let definition = CommandDefinition(
        path: ["detect"], summary: "Find faces and masks in pictures",
        details: """
            Takes JPEG and PNG files, and folders of them. A picture that cannot be read is reported, the others are
            still looked at, and the exit status is 1.
            """,
        options: [.json, annotate, model], operands: "PATH...", operandCount: 1...100_000
    ) { input in
        let configuration = try AppConfiguration.load(input, overriding: [(model, AppSettings.detector)])
        let files = try input.operands.flatMap { try pictures(at: $0) }
        let parts = try await VisionParts.load(configuration, logger: configuration.logger())
        let annotator = try input.text(annotate).map { try Annotator(folder: URL(fileURLWithPath: $0)) }
        var printer = DetectPrinter(asJSON: input.has(.json))
        for start in stride(from: 0, to: files.count, by: batch) {
            Console.progress("\(start) of \(files.count)")
            let group = files[start..<min(start + batch, files.count)]
            for (file, picture, result) in try await look(at: Array(group), with: parts.analyzer) {
                Console.endProgress()
                try printer.add(PictureReport(file: file, result))
                if let annotator, let picture, case .success(let analysis) = result {
                    try annotator.write(picture, analysis, name: file)
                }
            }
        }
        return printer.status
    }

    private typealias Look = (file: String, picture: Data?, result: Result<PictureAnalysis, PictureError>)

    private static func look(at files: [String], with analyzer: any PictureAnalyzer) async throws -> [Look] {
        let read = files.map { file in
            Result { () throws(PictureError) in try PictureDecoder().read(URL(fileURLWithPath: file)) }
        }
        var results = try await analyzer.analyze(read.compactMap { try? $0.get() })[...]
        return zip(files, read).compactMap { file, data in
            switch data {
            case .failure(let error): (file, nil, .failure(error))
            case .success(let picture): results.popFirst().map { (file, picture, $0) }
            }
        }
    }

    /// A file, or the files of a folder in the order of their names.
    private static func pictures(at path: String) throws -> [String] {
        var isFolder: ObjCBool = false
        guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
            return [path]
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        let found = names.filter {
            ["jpg", "jpeg", "png"].contains(URL(fileURLWithPath: $0).pathExtension.lowercased())
        }
        guard !found.isEmpty else { throw CommandFailure("there are no .jpg, .jpeg or .png files in '\(path)'") }
        return found.map { path.hasSuffix("/") ? path + $0 : "\(path)/\($0)" }
    }
}

/// Prints what was seen and remembers whether all of it could be read.
private struct DetectPrinter {
    let asJSON: Bool
    private(set) var status = ExitStatus.done

    init(asJSON: Bool) { self.asJSON = asJSON }

    mutating func add(_ report: PictureReport) throws {
        if case .failure = report.result { status = .failed }
        if asJSON { return Console.output(String(decoding: try report.json(), as: UTF8.self)) }
        let file = report.file ?? ""
        switch report.result {
        case .failure(let error): Console.error("\(file): \(error)")
        case .success(let analysis):
            Console.output("\(file): \(analysis.faces.isEmpty ? "no faces" : words(analysis.faces))")
        }
    }

    private func words(_ faces: [Face]) -> String {
        let counts = MaskState.allCases.compactMap { state in
            let count = faces.count { $0.mask == state }
            return count == 0 ? nil : "\(count) \(state.rawValue)"
        }
        return "\(faces.count) \(faces.count == 1 ? "face" : "faces"): \(counts.joined(separator: ", "))"
    }
}

/// Writes pictures with boxes, coloured by mask state, as JPEG files of the same name.
private struct Annotator {
    private let folder: URL

    init(folder: URL) throws {
        self.folder = folder
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    func write(_ data: Data, _ analysis: PictureAnalysis, name: String) throws {
        let marks = EvidencePicture.marks(analysis.faces)
        let painted = BoxPainter().paint(marks, on: try PictureDecoder().decode(data))
        let base = URL(fileURLWithPath: name).deletingPathExtension().lastPathComponent
        try PictureEncoder.jpeg(painted).write(to: folder.appending(path: "\(base).jpg"))
    }
}
