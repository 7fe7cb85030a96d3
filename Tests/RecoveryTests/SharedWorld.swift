import Analyzer
import Domain
import Foundation
import Logging
import Messaging
import MessagingRabbitMQ
import Metrics
import ObjectStorage
import Persistence
import PersistencePostgreSQL
import Processor
import ServiceLifecycle
import TestSupport

@testable import Grabber

/// A broker's two queues, a database and a folder of pictures, and what processes do with them.
final class SharedWorld: Sendable {
    /// Every picture was taken within the minute that begins here.
    static let start = Date(timeIntervalSince1970: 1_750_000_020)
    static let brokerVariable = "MASKWATCH_TEST_RABBITMQ_URL"

    let persistence: PostgreSQLPersistence
    private let database: ScratchDatabase
    private let folder: ScratchDirectory
    private let store: FileObjectStore
    private let name = UUID().uuidString.lowercased()
    private let picture: Data

    init() async throws {
        database = try await ScratchDatabase.create()
        folder = try ScratchDirectory()
        store = try await FileObjectStore.open(at: folder.path("pictures"))
        persistence = try await PostgreSQLPersistence.open(url: database.url, sealer: MirrorSealer(), connections: 8)
        picture = try Fixtures.picture("grey.jpg")
    }

    /// A process that holds the role until its life is over or its task is cancelled.
    func work(as role: CrashPoint.Role, _ life: Life) async throws {
        try await withBroker { broker in
            let service = service(role, life, broker)
            let running = Task { try await service.run() }
            await withTaskCancellationHandler {
                while !life.isOver, !Task.isCancelled { try? await Task.sleep(for: .milliseconds(2)) }
                running.cancel()
                _ = try? await running.value
            } onCancel: {
                running.cancel()
            }
        }
    }

    /// A grabber: announces what the last one stored and did not announce, then takes the other pictures.
    func take(_ pictures: [PlannedPicture], of camera: CameraID, _ life: Life) async throws {
        try await withBroker { broker in
            let publisher = SnapshotPublisher(
                objects: MortalStore(base: store, life: life),
                snapshots: MortalQueue(base: snapshots(broker), life: life, published: .announced), spool: nil)
            var taken: Set<Date> = []
            try await publisher.announceLeftovers(of: camera, after: nil, before: .distantFuture, but: []) {
                taken.insert($0.takenAt)
            }
            let shot = SnapshotSchedule.Shot(dueAt: 0, index: 0, count: 1, burst: 0)
            for planned in pictures where !taken.contains(planned.takenAt) {
                let encoded = EncodedPicture(
                    jpeg: picture + planned.faces, width: 320, height: 180, takenAt: planned.takenAt,
                    processorSeconds: 0)
                do {
                    _ = try await publisher.publish(encoded, of: camera, shot: shot, patience: .seconds(60))
                } catch  where life.isOver { return }
            }
        }
    }

    /// Messages that wait in either queue, and dead letters.
    func left() async throws -> (waiting: Int, dead: Int) {
        try await withBroker { broker in
            let depths = [try await snapshots(broker).depth(), try await observations(broker).depth()]
            return (depths.reduce(0) { $0 + $1.ready }, depths.reduce(0) { $0 + $1.dead })
        }
    }

    func remove() async throws {
        try await withBroker { broker in
            for queue in [snapshots(broker), observations(broker)] {
                _ = try await queue.depth()
                try await broker.delete(queue.name)
            }
        }
    }

    private func service(_ role: CrashPoint.Role, _ life: Life, _ broker: RabbitMQ) -> any Service {
        if role == .processor {
            let snapshots = MortalQueue(
                base: snapshots(broker), life: life, received: .jobReceived, acknowledged: .jobAcknowledged)
            return ProcessorService(
                snapshots: snapshots,
                observations: MortalQueue(base: observations(broker), life: life, published: .observationPublished),
                store: MortalStore(base: store, life: life), analyzer: MortalAnalyzer(life: life),
                metrics: MetricsRegistry(), logger: .silent, now: { Self.start })
        }
        let queue = MortalQueue(
            base: observations(broker), life: life, received: .observationReceived,
            acknowledged: .observationAcknowledged)
        return AnalyzerService(
            queue: queue, observations: MortalObservations(base: persistence.observations, life: life),
            broadcast: broker.broadcast, analysis: ObservationAnalysis(timeZone: .gmt), metrics: MetricsRegistry(),
            logger: .silent, now: { Self.start })
    }

    private func snapshots(_ broker: RabbitMQ) -> RabbitMQWorkQueue { broker.queue("snapshots-\(name)") }
    private func observations(_ broker: RabbitMQ) -> RabbitMQWorkQueue { broker.queue("observations-\(name)") }

    /// A process has connections of its own, which end with it.
    private func withBroker<Result>(_ body: (RabbitMQ) async throws -> Result) async throws -> Result {
        let broker = try RabbitMQ.open(url: IntegrationServer.value(Self.brokerVariable), logger: .silent)
        do {
            let result = try await body(broker)
            await broker.close()
            return result
        } catch {
            await broker.close()
            throw error
        }
    }
}

/// A picture and the faces in it.
struct PlannedPicture {
    let takenAt: Date
    let without: Int
    let worn: Int

    /// As `MortalAnalyzer` reads them.
    var faces: Data { Data([UInt8(without), UInt8(worn)]) }

    /// Eight pictures, five seconds apart, each with somebody without a mask.
    static func series(_ random: inout SeededGenerator) -> [PlannedPicture] {
        (0..<8).map { number in
            PlannedPicture(
                takenAt: SharedWorld.start.addingTimeInterval(Double(number) * 5),
                without: Int.random(in: 1...4, using: &random), worn: Int.random(in: 0...4, using: &random))
        }
    }
}
