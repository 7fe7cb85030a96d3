import Foundation
import Logging
import MessagingRabbitMQ
import ObjectStorage
import Persistence
import PersistencePostgreSQL

/// `maskwatch-benchmarks feed BROKER DATABASE FOLDER COUNT PICTURE...`: how many pictures a second the processors, model
/// workers and analyzers look at and record that run as processes of their own on the same broker, database and folder.
struct FeedBenchmark {
    struct Report: Codable {
        var pictures: Int
        var picturesPerSecond: Double
    }

    let broker: String
    let database: String
    let folder: String
    let count: Int
    let files: [String]

    func run() async throws -> Report {
        let broker = try RabbitMQ.open(url: broker, logger: .silent)
        let feed = try await PictureFeed(
            queues: SharedQueues(broker), store: try await FileObjectStore.open(at: folder, recountAge: .seconds(60)),
            persistence: try await PostgreSQLPersistence.open(
                url: database, sealer: try SecretBoxSealer.ofInstallation()),
            pictures: try files.map { try Data(contentsOf: URL(filePath: $0)) })
        let rate = try await feed.pass(count)
        await broker.close()
        return Report(pictures: count, picturesPerSecond: rate)
    }
}
