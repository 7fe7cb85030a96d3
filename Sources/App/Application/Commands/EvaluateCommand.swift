import Foundation
import Vision

/// `maskwatch evaluate`: how well faces and masks are found, on pictures of one's own.
enum EvaluateCommand {
    private static let annotations = CommandOption(
        name: "--annotations", value: "COCO.json", help: "boxes with the categories face, mask, no_mask, incorrect")
    private static let images = CommandOption(
        name: "--images", value: "DIR", help: "folder that the file names in the annotations are relative to")
    private static let model = CommandOption(name: "--model", value: "PKG", help: "name of the detector's package")

    static let definition = CommandDefinition(
        path: ["evaluate"], summary: "Measure how well faces and masks are found in annotated pictures",
        details: "Average precision as pycocotools computes it; regions with iscrowd are ignored.",
        options: [annotations, images, .json, model]
    ) { input in
        guard let file = input.text(annotations), let folder = input.text(images) else {
            throw UsageError("evaluate needs --annotations COCO.json and --images DIR")
        }
        let configuration = try AppConfiguration.load(input, overriding: [(model, AppSettings.detector)])
        let dataset = try COCODataset(contentsOf: URL(fileURLWithPath: file))
        let parts = try await VisionParts.load(
            configuration, score: EvaluationRun.detectorSettings.score, logger: configuration.logger())
        let run = EvaluationRun(analyzer: parts.analyzer, operatingScore: parts.operatingScore)
        let report = try await run.run(
            dataset, images: URL(fileURLWithPath: folder), progress: { Console.progress("\($0) of \(dataset.count)") })
        Console.endProgress()
        Console.output(input.has(.json) ? String(decoding: try report.json(), as: UTF8.self) : text(report))
        return .done
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
