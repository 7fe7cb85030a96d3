import Foundation
import Vision

/// `maskwatch evaluate`: how well faces and masks are found, on pictures of one's own.
enum EvaluateCommand {
    private static let annotations = CommandOption(
        name: "--annotations", value: "COCO.json", help: "boxes with the categories face, mask, no_mask, incorrect")
    private static let images = CommandOption(
        name: "--images", value: "DIR", help: "folder that the file names in the annotations are relative to")
    private static let model = CommandOption(name: "--model", value: "PKG", help: "name of the detector's package")
    private static let report = CommandOption(
        name: "--report", value: "DIR", help: "write a page with curves and the worst pictures into this folder")

    static let definition = CommandDefinition(
        path: ["evaluate"], summary: "Measure how well faces and masks are found in annotated pictures",
        details: """
            Average precision as pycocotools computes it; regions with iscrowd are ignored. The report is one HTML file,
            index.html; the twelve pictures with the most mistakes are inside it.
            """,
        options: [annotations, images, .json, report, model]
    ) { input in
        guard let file = input.text(annotations), let folder = input.text(images) else {
            throw UsageError("evaluate needs --annotations COCO.json and --images DIR")
        }
        let configuration = try AppConfiguration.load(input, overriding: [(model, AppSettings.detector)])
        let dataset = try COCODataset(contentsOf: URL(fileURLWithPath: file))
        let folderOfReport = try input.text(report).map { try made(URL(fileURLWithPath: $0)) }
        let parts = try await VisionParts.load(
            configuration,
            VisionParts.Changes(score: EvaluationRun.detectorSettings.score, scoresEveryFace: true),
            logger: configuration.logger())
        let run = EvaluationRun(analyzer: parts.analyzer, operatingScore: parts.operatingScore)
        let details = try await run.run(
            dataset, images: URL(fileURLWithPath: folder), progress: { Console.progress("\($0) of \(dataset.count)") })
        Console.endProgress()
        if let folderOfReport {
            let settings = try EvaluationSettings(configuration, parts, annotations: file, details.report).rows
            let page = EvaluationPage(details, title: URL(fileURLWithPath: file).lastPathComponent, settings: settings)
            try Data(page.html().utf8).write(to: folderOfReport.appending(path: "index.html"))
            try details.report.json(pretty: true).write(to: folderOfReport.appending(path: "report.json"))
        }
        let report = details.report
        Console.output(input.has(.json) ? String(decoding: try report.json(), as: UTF8.self) : text(report))
        return .done
    }

    /// Before the work, so that a folder that cannot be written is told at once.
    private static func made(_ folder: URL) throws -> URL {
        do { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) } catch {
            throw CommandFailure("the folder \(folder.path) cannot be made: \(error.localizedDescription)")
        }
        return folder
    }

    private static func text(_ report: EvaluationReport) -> String {
        func shown(_ value: Double?) -> String { value.map { String(($0 * 1000).rounded() / 1000) } ?? "none" }
        let heights = EvaluationReport.heights.map { "  \($0.name) px: \(shown(report.ap50ByHeight[$0.name] ?? nil))" }
        let classes = report.ap50ByClass.sorted { $0.key < $1.key }.map { "  \($0.key): \(shown($0.value))" }
        return """
            \(report.images) pictures, \(report.faces) faces, \(shown(report.seconds)) s
            faces: AP50 \(shown(report.ap50)), AP \(shown(report.ap)); AP50 by height of the face
            \(heights.joined(separator: "\n"))
            masks: mAP50 \(shown(report.map50)), accuracy \(shown(report.accuracy)), balanced \(shown(report.balancedAccuracy))
            \(classes.joined(separator: "\n"))
            """
    }
}

/// What was evaluated with what, for the report page.
private struct EvaluationSettings {
    let rows: [EvaluationPage.Setting]

    init(
        _ configuration: AppConfiguration, _ parts: VisionParts, annotations: String, _ report: EvaluationReport
    ) throws {
        var rows: [EvaluationPage.Setting] = [
            ("annotations", annotations), ("program", "\(Version.name) \(Version.number)"),
            ("time", Date.now.formatted(.iso8601)),
            (
                "took",
                "\(report.seconds.formatted(.number.precision(.fractionLength(1)).locale(Locale(identifier: "en")))) s"
            ),
            ("device", try configuration[AppSettings.device]),
        ]
        let side = try configuration[AppSettings.longestSide]
        for package in parts.packages {
            let model = package.description
            let kind = model.task == .faceDetection ? "detector" : "classifier"
            rows.append((kind, package.identity))
            rows += try [("\(kind) network", Self.network(of: package))]
            if model.task == .faceDetection {
                let sides = side == 0 ? model.input.sides : [side]
                rows.append(("longest side", "\(sides.map { String($0) }.joined(separator: " and ")) px"))
            }
            let thresholds: [(String, Float?)] = [
                ("faces are shown from a score of", model.thresholds.score),
                ("overlap for suppression", model.thresholds.nmsIou),
                ("unknown below", model.thresholds.unknownBelow),
                ("unknown under, pixels", model.thresholds.minimumSize), ("temperature", model.temperature),
            ]
            rows += thresholds.compactMap { name, value in value.map { (name, "\($0)") } }
        }
        self.rows = rows
    }

    private static func network(of package: ModelPackage) throws -> String {
        let name = try package.openVINONetwork().lastPathComponent
        let file = package.description.files.first { $0.path == name }
        return "\(name), \(file?.precision ?? "unknown precision"), SHA-256 \(file?.sha256.prefix(12) ?? "")"
    }
}
