package import Foundation
import ServiceLifecycle

/// Measures the whole way from encoded pictures to JSON: `bench pipeline`.
package struct PipelineBenchmark: Sendable {
    /// The middle of several runs; what a machine does besides shows in `slowest` and `fastest`.
    package struct Report: Sendable, Encodable {
        package var picturesPerSecond: Double
        package var slowest: Double
        package var fastest: Double
        package var runs: Int
        package var pictures: Int
        package var faces: Int
        package var batch: Int
        package var concurrency: Int
        package var cores: Int
        package var models: [String]
        /// Medians over all pictures.
        package var timingsMs: PictureAnalysis.Timings
    }

    package var runs = 5
    /// Pictures a run.
    package var pictures = 100
    /// Pictures given to the analyzer together.
    package var batch = 4
    /// Such batches that are in hand at the same time, as in the processor.
    package var concurrency = 2

    package init() {}

    /// - Parameter files: JPEG or PNG, at least one; used again and again.
    /// - Throws: `PictureError` if one cannot be read, `InferenceError`.
    package func run(_ analyzer: any PictureAnalyzer, files: [Data]) async throws -> Report {
        precondition(!files.isEmpty && runs > 0 && pictures > 0 && batch > 0)
        // Not counted: shapes are compiled and memory is taken at the first use.
        _ = try await pass(analyzer, files, count: min(pictures, 2 * files.count + batch))
        var seen: [PictureAnalysis] = []
        var rates: [Double] = []
        for _ in 0..<runs {
            let start = ContinuousClock.now
            seen += try await pass(analyzer, files, count: pictures)
            rates.append(Double(pictures) / ((ContinuousClock.now - start) / .seconds(1)))
        }
        return report(rates.sorted(), seen, analyzer.models)
    }

    private func pass(_ analyzer: any PictureAnalyzer, _ files: [Data], count: Int) async throws -> [PictureAnalysis] {
        let groups = stride(from: 0, to: count, by: batch).map { start in
            (start..<min(count, start + batch)).map { files[$0 % files.count] }
        }
        return try await groups.mapSideBySide(atMost: concurrency) { group in
            try await analyzer.analyze(group).map { result in
                _ = try PictureReport(file: nil, result).json()
                return try result.get()
            }
        }.flatMap(\.self)
    }

    private func report(_ rates: [Double], _ seen: [PictureAnalysis], _ models: [String]) -> Report {
        var timings = PictureAnalysis.Timings()
        timings.decode = Self.median(seen.map(\.timings.decode))
        timings.detect = Self.median(seen.map(\.timings.detect))
        timings.classify = Self.median(seen.map(\.timings.classify))
        timings.total = Self.median(seen.map(\.timings.total))
        return Report(
            picturesPerSecond: Self.median(rates), slowest: rates[0], fastest: rates[rates.count - 1], runs: runs,
            pictures: pictures, faces: seen.reduce(0) { $0 + $1.faces.count } / runs, batch: batch,
            concurrency: concurrency, cores: ProcessorCores.allowed, models: models, timingsMs: timings)
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return 0 }
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
}
