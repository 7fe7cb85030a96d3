import Domain
import Foundation
import Imaging
import Vision

/// `maskwatch bench ...`: measures this machine.
enum BenchCommands {
    static let runs = CommandOption(name: "--runs", value: "N", help: "runs; the middle one counts (default 5)")
    private static let pictures = CommandOption(name: "--pictures", value: "N", help: "pictures a run (default 100)")
    private static let batch = CommandOption(
        name: "--batch", value: "N", help: "pictures looked at together (default 4)")

    private static let stages = CommandOption(
        name: "--stages", help: "measure decoding, both networks and the whole apart, in batches of 1 to 16")

    static let pipeline = CommandDefinition(
        path: ["bench", "pipeline"], summary: "Measure pictures a second, from JPEG to JSON",
        options: [.json, runs, pictures, batch, stages], operands: "PICTURE...", operandCount: 1...10_000
    ) { input in
        var benchmark = PipelineBenchmark()
        benchmark.runs = try input.number(runs, in: 1...1000) ?? benchmark.runs
        benchmark.pictures = try input.number(pictures, in: 1...1_000_000) ?? benchmark.pictures
        benchmark.batch = try input.number(batch, in: 1...64) ?? benchmark.batch
        let files = try input.operands.map { try PictureDecoder().read(URL(fileURLWithPath: $0)) }
        let configuration = try AppConfiguration.load(input)
        let parts = try await VisionParts.load(configuration, logger: configuration.logger())
        if input.has(stages) {
            guard let analyzer = parts.analyzer as? FaceAnalyzer else {
                throw UsageError("bench pipeline --stages measures networks in this process, but model.url is set")
            }
            var stageBenchmark = StageBenchmark()
            stageBenchmark.rounds = try input.number(runs, in: 1...1000) ?? stageBenchmark.rounds
            let report = try await stageBenchmark.run(analyzer, files: files)
            Console.output(input.has(.json) ? String(decoding: try JSON.encode(report), as: UTF8.self) : text(report))
            return .done
        }
        benchmark.concurrency = parts.concurrency
        let report = try await benchmark.run(parts.analyzer, files: files)
        guard !input.has(.json) else {
            Console.output(String(decoding: try JSON.encode(report), as: UTF8.self))
            return .done
        }
        let rate = (report.picturesPerSecond * 10).rounded() / 10
        Console.output(
            "\(rate) pictures a second (\(report.runs) runs of \(report.pictures), batch \(report.batch), \(report.concurrency) in hand, \(report.cores) cores)"
        )
        return .done
    }

    private static func text(_ report: StageBenchmark.Report) -> String {
        func rounded(_ value: Double) -> String { String((value * 10).rounded() / 10) }
        let lines = report.stages.map {
            "\($0.stage), batch \($0.batch): \(rounded($0.picturesPerSecond)) pictures a second, "
                + "\(rounded($0.processorMs)) ms of processor time a picture"
        }
        return lines.joined(separator: "\n")
            + "\nthe whole takes \(String((report.overheadRatio * 1000).rounded() / 1000)) times its stages"
    }
}
