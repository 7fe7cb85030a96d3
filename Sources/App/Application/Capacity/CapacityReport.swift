import Configuration
import Domain
import Foundation
import Messaging

/// What `maskwatch simulate` prints.
struct CapacityReport {
    let plan: CapacityPlan
    let queue: QueueSimulation.Result

    var text: String {
        let demand = plan.demand
        let catchUp =
            plan.catchUp.map { "worked off in \(number($0 / 60)) min" } ?? "never worked off: add a model worker"
        return """
            \(demand.cameras) cameras, \(demand.shots) every \(number(demand.every)) s: \
            \(number(demand.picturesPerSecond)) pictures a second

            workers      grabber \(plan.grabbers), processor \(plan.processors), model \(plan.models), \
            analyzer \(plan.analyzers), notifier 1, web 1
            processors   \(number(plan.cores)) cores without the model workers, \
            \(number(demand.workerCores)) a worker, planned to \(Int(demand.utilisation * 100)) %
            memory       \(bytes(plan.grabberMemory)) a grabber
            network      \(bytes(plan.networkBytes)) a second, all ways together
            store        \(bytes(plan.storeBytes)) of pictures, kept \(number(demand.keepPictures / 86_400)) days
            database     \(bytes(plan.databaseBytes)), growing by \(bytes(plan.databaseBytesPerDay)) a day until then
            queue        \(Int(queue.depth.p50)) waiting or being looked at (99 of 100 times at most \(Int(queue.depth.p99)), \
            never more than \(Int(queue.depth.maximum)))
            latency      \(number(queue.latency.p50)) s from picture to result (95 of 100 within \
            \(number(queue.latency.p95)) s)
            outage       \(Int(plan.depthAfterOutage)) wait after the models were away for \
            \(Int(CapacityPlan.outage / 60)) min, \(catchUp)\(limit)
            """
    }

    /// Where the queue of an outage is longer than what a queue takes unless it is told otherwise.
    private var limit: String {
        let messages = QueueLimits().messages
        return plan.depthAfterOutage > Double(messages)
            ? "; queue.limit must be raised for that, beyond \(messages) pictures are skipped" : ""
    }

    func json() throws -> String {
        String(decoding: try JSON.encode(Document(plan: plan, queue: queue)), as: UTF8.self)
    }

    private struct Document: Encodable {
        let cameras: Int
        let picturesPerSecond: Double
        let workers: [String: Int]
        let cores: Double
        let grabberMemoryBytes: Double
        let networkBytesPerSecond: Double
        let storeBytes: Double
        let databaseBytes: Double
        let databaseBytesPerDay: Double
        let queueDepth: [String: Double]
        let latencySeconds: [String: Double]
        let depthAfterOutage: Double
        let catchUpSeconds: Double?

        init(plan: CapacityPlan, queue: QueueSimulation.Result) {
            cameras = plan.demand.cameras
            picturesPerSecond = plan.demand.picturesPerSecond
            workers = [
                "grabber": plan.grabbers, "processor": plan.processors, "model": plan.models,
                "analyzer": plan.analyzers, "notifier": 1, "web": 1,
            ]
            cores = plan.cores
            grabberMemoryBytes = plan.grabberMemory
            networkBytesPerSecond = plan.networkBytes
            storeBytes = plan.storeBytes
            databaseBytes = plan.databaseBytes
            databaseBytesPerDay = plan.databaseBytesPerDay
            queueDepth = Self.percentiles(queue.depth)
            latencySeconds = Self.percentiles(queue.latency)
            depthAfterOutage = plan.depthAfterOutage
            catchUpSeconds = plan.catchUp
        }

        private static func percentiles(_ values: QueueSimulation.Percentiles) -> [String: Double] {
            ["p50": values.p50, "p95": values.p95, "p99": values.p99, "maximum": values.maximum]
        }
    }

    private func bytes(_ count: Double) -> String { "\(ByteSize(bytes: Int(count)))" }

    /// Three digits that count.
    private func number(_ value: Double) -> String {
        let digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3
        return value.formatted(
            .number.precision(.fractionLength(0...digits)).grouping(.never).locale(.init(identifier: "en_US")))
    }
}
