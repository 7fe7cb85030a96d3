package import Foundation
import Imaging
import Inference
import ServiceLifecycle

/// Measures each stage by itself and the whole, for several batch sizes: `bench pipeline --stages`. The networks alone are
/// called as directly as the program can, so that the difference to the whole is what is spent around them.
package struct StageBenchmark: Sendable {
    package struct Measurement: Sendable, Encodable {
        /// `decode` (and scaling), `detect` and `classify` (the networks alone), `whole`.
        package var stage: String
        /// Pictures together; for `classify` the most faces together.
        package var batch: Int
        package var picturesPerSecond: Double
        /// Processor time of a picture in milliseconds, all threads together: hardly changed by what else runs.
        package var processorMs: Double
    }

    package struct Report: Sendable, Encodable {
        package var cores: Int
        package var models: [String]
        package var pictures: Int
        package var faces: Int
        package var stages: [Measurement]
        /// Processor time of the whole over that of its stages, the best batch of each.
        package var overheadRatio: Double
        /// Pictures a second that the cores could do by processor time.
        package var attainable: Double
    }

    package var batches = [1, 2, 4, 8, 16]
    /// Times every picture is looked at; the fastest round counts.
    package var rounds = 3

    package init() {}

    /// - Throws: `PictureError` if a picture cannot be read, `InferenceError`.
    package func run(_ analyzer: FaceAnalyzer, files: [Data]) async throws -> Report {
        let decoder = PictureDecoder()
        let prepared = try files.map { try PreparedPicture($0, decoder, for: analyzer.detector) }
        let crops = try await crops(of: prepared, analyzer)
        try await analyzer.warmUp()
        var stages = [
            try await measure("decode", 1, files.count) {
                _ = try await files.mapSideBySide(atMost: analyzer.width) { file in
                    _ = try PreparedPicture(file, decoder, for: analyzer.detector)
                }
            }
        ]
        for batch in batches {
            let inputs = joined(prepared.flatMap(\.looks).map(\.tensor), by: batch)
            stages.append(
                try await measure("detect", batch, files.count) {
                    _ = try await inputs.mapSideBySide(atMost: analyzer.width) { try await analyzer.detector.infer($0) }
                })
        }
        for batch in batches where batch <= analyzer.classifier.batchSize && !crops.isEmpty {
            let groups = stride(from: 0, to: crops.count, by: batch).map { Array(crops[$0...].prefix(batch)) }
            stages.append(
                try await measure("classify", batch, files.count) {
                    _ = try await groups.mapSideBySide(atMost: analyzer.width) {
                        try await analyzer.classifier.classify($0)
                    }
                })
        }
        for batch in batches {
            stages.append(
                try await measure("whole", batch, files.count) {
                    let groups = stride(from: 0, to: files.count, by: batch).map { Array(files[$0...].prefix(batch)) }
                    _ = try await groups.mapSideBySide(atMost: analyzer.width) { group in
                        try await analyzer.analyze(group).map { try PictureReport(file: nil, $0).json() }
                    }
                })
        }
        return report(stages, analyzer, pictures: files.count, faces: crops.count)
    }

    private func report(_ stages: [Measurement], _ analyzer: FaceAnalyzer, pictures: Int, faces: Int) -> Report {
        func best(_ stage: String) -> Double { stages.filter { $0.stage == stage }.map(\.processorMs).min() ?? 0 }
        let parts = best("decode") + best("detect") + best("classify")
        let cores = ProcessorCores.allowed
        return Report(
            cores: cores, models: analyzer.models, pictures: pictures, faces: faces, stages: stages,
            overheadRatio: best("whole") / parts, attainable: Double(cores) * 1000 / best("whole"))
    }

    private func crops(of pictures: [PreparedPicture], _ analyzer: FaceAnalyzer) async throws -> [TensorStorage] {
        var crops: [TensorStorage] = []
        for picture in pictures {
            let found = try analyzer.detector.detections(
                in: await analyzer.detector.infer(picture.looks), size: picture.size)
            crops += found.compactMap {
                analyzer.classifier.crop($0.box, from: picture.picture, scale: picture.scale)
            }
        }
        return crops
    }

    private func measure(
        _ stage: String, _ batch: Int, _ pictures: Int, _ body: () async throws -> Void
    ) async throws -> Measurement {
        var (seconds, processor) = (Double.infinity, Double.infinity)
        try await body()
        for _ in 0..<rounds {
            let (start, used) = (ContinuousClock.now, Self.processorSeconds)
            try await body()
            seconds = min(seconds, (ContinuousClock.now - start) / .seconds(1))
            processor = min(processor, Self.processorSeconds - used)
        }
        return Measurement(
            stage: stage, batch: batch, picturesPerSecond: Double(pictures) / seconds,
            processorMs: processor * 1000 / Double(pictures))
    }

    /// Inputs of one shape below each other.
    private func joined(_ tensors: [Tensor], by batch: Int) -> [Tensor] {
        let sameShape = Dictionary(grouping: tensors, by: \.shape).values
        return sameShape.flatMap { tensors in
            stride(from: 0, to: tensors.count, by: batch).map { start in
                let rows = Array(tensors[start...].prefix(batch))
                let bytes = rows.reduce(into: Data()) { $0 += $1.data }
                return rows.count == 1
                    ? rows[0]
                    : Tensor(
                        name: rows[0].name, type: rows[0].type, shape: [rows.count] + rows[0].shape.dropFirst(),
                        data: bytes)
            }
        }
    }

    /// Of this process so far (clock_gettime(2)).
    private static var processorSeconds: Double {
        var time = timespec()
        guard unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else { return 0 }
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
