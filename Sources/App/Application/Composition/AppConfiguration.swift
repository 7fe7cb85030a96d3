import Configuration
import Foundation
import Grabber
import Logging

/// Every setting of Maskwatch, in one place: key, default, range and meaning. `config show` and the reference page are
/// made from this list.
enum AppSettings {
    static let data = Setting<String>("data.directory", default: "data", help: "folder for everything that is stored")

    static let address = Setting<String>(
        "server.address", default: "0.0.0.0", help: "address the web server listens on")
    static let port = Setting<Int>(
        "server.port", default: 8080, in: 0...65_535, help: "port of the web server; 0 takes a free one")
    static let publicURL = Setting<String>(
        "server.public_url", default: "", help: "address people reach the web pages at, for links in messages")
    static let trustedProxies = Setting<[String]>(
        "server.trusted_proxies", default: [],
        help: "numeric addresses of reverse proxies whose X-Forwarded headers are believed")

    static let certificate = Setting<String>(
        "server.tls_certificate", default: "",
        help: "file with the certificate chain, as PEM; with it the server speaks TLS")
    static let certificateKey = Setting<String>(
        "server.tls_key", default: "", help: "file with the private key of the certificate, as PEM")

    static let storageURL = Setting<String>(
        "storage.url", default: "",
        help: "object store: s3://BUCKET[/PREFIX], file:///FOLDER, or empty for a folder below data.directory")
    static let quota = Setting<ByteSize>("storage.quota", default: "20GB", help: "most bytes of pictures kept")
    static let minimumFree = Setting<ByteSize>(
        "storage.minimum_free", default: "1GB", help: "bytes of disk that stay free")

    static let queueURL = Setting<String>(
        "queue.url", default: "", isSecret: true, help: "work queue; empty means a file below data.directory")
    static let queueLimit = Setting<Int>(
        "queue.limit", default: 10_000, in: 1...10_000_000, help: "most messages that wait in one queue")
    static let queueAttempts = Setting<Int>(
        "queue.attempts", default: 5, in: 1...100, help: "deliveries before a message becomes a dead letter")
    static let expireAfter = Setting<Duration>(
        "queue.expire_after", default: "10m", help: "age at which a waiting picture is not analysed any more")

    static let databaseURL = Setting<String>(
        "database.url", default: "", isSecret: true,
        help: "database: postgresql://USER:PASSWORD@HOST:PORT/DATABASE; empty means a file below data.directory")

    static let modelURL = Setting<[String]>(
        "model.url", default: [],
        help: "model servers that speak the Open Inference Protocol; empty means the models run in this process")
    static let modelAPI = Setting<ModelAPI>(
        "model.api", default: .auto,
        help: "what model servers are asked for: maskwatch, networks, or auto: maskwatch where they have it")
    static let modelBatch = Setting<Int>(
        "model.batch", default: 8, in: 1...64, help: "most pictures that are sent to a model server together")
    static let modelTimeout = Setting<Double>(
        "model.timeout", default: 30, in: 0.1...600, help: "seconds a model server may take for an answer")
    static let models = Setting<String>(
        "model.directory", default: "", help: "folder of the model packages; empty means the one beside the program")
    static let detector = Setting<String>("model.detector", default: "face-fast", help: "package of the face detector")
    static let classifier = Setting<String>(
        "model.classifier", default: "mask-classifier", help: "package of the mask classifier")
    static let device = Setting<String>("model.device", default: "CPU", help: "OpenVINO device: CPU, GPU, NPU or AUTO")
    static let threads = Setting<Int>(
        "model.threads", default: 0, in: 0...256, help: "threads for inference; 0 takes all cores")
    static let concurrency = Setting<Int>(
        "model.concurrency", default: 0, in: 0...64,
        help: "pictures, and batches of them, in hand side by side; 0 takes two, on one core one")
    static let longestSide = Setting<Int>(
        "model.longest_side", default: 0, in: 0...4096,
        help: "pictures are scaled to this for the detector; 0 takes the package's own")
    static let modelCache = Setting<Bool>(
        "model.cache", default: true, help: "keep compiled networks below data.directory")

    static let connectTimeout = Setting<Double>(
        "capture.connect_timeout", default: 10, in: 1...120, help: "seconds to connect to a camera")
    static let readTimeout = Setting<Double>(
        "capture.read_timeout", default: 10, in: 1...120, help: "seconds without data before a camera counts as lost")
    static let allowFiles = Setting<Bool>(
        "capture.allow_files", default: false, help: "whether file: addresses may be cameras")
    static let deniedNetworks = Setting<[String]>(
        "capture.denied_networks", default: ["169.254.0.0/16", "fe80::/10"],
        help: "networks no camera and no webhook may be in")
    static let quality = Setting<Int>(
        "capture.jpeg_quality", default: 85, in: 30...100, help: "JPEG quality of stored pictures")
    static let defaultCapacity = GrabberSettings().capacity
    static let capacity = Setting<Int>(
        "capture.cameras", default: defaultCapacity, in: 1...10_000, help: "most cameras one grabber holds")
    static let spool = Setting<ByteSize>(
        "capture.spool", default: "2GB",
        help: "most bytes of pictures that wait on a grabber's disk while a shared store or queue is away; 0 for none")

    static let messagesPerHour = Setting<Int>(
        "notifications.per_hour", default: 100, in: 0...10_000,
        help: "most messages an hour over all rules, to each channel; the rest is told in a summary; 0 means no limit")

    static let keepPictures = Setting<Duration>(
        "retention.pictures", default: "3d", help: "how long pictures and observations are kept")
    static let timeZone = Setting<String>(
        "site.time_zone", default: "", help: "time zone of the days in statistics; empty means the machine's")

    static let secretKey = Setting<String>(
        "security.secret_key", default: "", isSecret: true,
        help: "key that seals stored passwords, base64 of 32 bytes; empty means a file below data.directory")

    static let logLevel = Setting<LogLevel>("log.level", default: .info, help: "debug, info, notice, warning or error")
    static let logFormat = Setting<StandardErrorLogHandler.Format>("log.format", default: .text, help: "text or json")

    /// Section by section, in the order of the example files.
    static let all: [any AnySetting] =
        [data]
        + [address, port, publicURL, trustedProxies, certificate, certificateKey]
        + [storageURL] + BucketSettings.all + [quota, minimumFree]
        + [queueURL, queueLimit, queueAttempts, expireAfter]
        + [databaseURL]
        + [modelURL, modelAPI, modelBatch, modelTimeout]
        + [models, detector, classifier, device, threads, concurrency, longestSide, modelCache]
        + ModelServerSettings.all
        + [connectTimeout, readTimeout, allowFiles, deniedNetworks, quality, capacity, spool]
        + [messagesPerHour, keepPictures, timeZone, secretKey, logLevel, logFormat]

    static let keys = all.map(\.key)
}

/// A setting of any type, for lists of all of them.
protocol AnySetting: Sendable {
    var key: String { get }
    var help: String { get }
    var environmentName: String { get }
    /// - Throws: `ConfigurationError`.
    func check(in settings: Settings) throws
    func shown(in settings: Settings) -> (text: String, place: ConfigurationError.Place)
}

extension Setting: AnySetting {
    func check(in settings: Settings) throws { _ = try settings.value(of: self) }

    func shown(in settings: Settings) -> (text: String, place: ConfigurationError.Place) {
        settings.shown(self)
    }
}

/// The settings of this run.
struct AppConfiguration: Sendable {
    let settings: Settings

    subscript<Value>(_ setting: Setting<Value>) -> Value {
        get throws { try settings.value(of: setting) }
    }

    /// File, environment, the options every command has, and those of one command.
    /// - Throws: `ConfigurationError` for the first setting that cannot be used.
    static func load(
        _ input: CommandInput, overriding extra: [(CommandOption, any AnySetting)] = []
    ) throws -> AppConfiguration {
        var settings = Settings(environment: input.environment, known: AppSettings.keys)
        if let file = try file(input) {
            let text = try read(file)
            try settings.read(YAMLParser.parse(text, name: file), file: file, known: AppSettings.keys)
        }
        let overrides: [(CommandOption, any AnySetting)] = [
            (.data, AppSettings.data), (.logLevel, AppSettings.logLevel), (.logFormat, AppSettings.logFormat),
            (.port, AppSettings.port),
        ]
        for (option, setting) in overrides + extra {
            if let text = input.text(option) { settings.override(setting.key, with: text, option: option.name) }
        }
        for setting in AppSettings.all { try setting.check(in: settings) }
        return AppConfiguration(settings: settings)
    }

    private static func file(_ input: CommandInput) throws -> String? {
        if let named = input.text(.config) ?? input.environment["MASKWATCH_CONFIG"] { return named }
        return FileManager.default.fileExists(atPath: "maskwatch.yaml") ? "maskwatch.yaml" : nil
    }

    private static func read(_ file: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: file), let text = String(data: data, encoding: .utf8)
        else {
            throw ConfigurationError(.option("--config"), "cannot read '\(file)' as a text file")
        }
        return text
    }
}
