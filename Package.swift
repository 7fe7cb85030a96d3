// swift-tools-version: 6.2
import PackageDescription

/// The layers of the system and what each may import: imports point down only (ARCHITECTURE.md).
/// A target that names a target outside its row, or one declared after it, stops the build.
enum Layer: String {
    case c = "CLibraries", platform = "Platform", domain = "", ports = "Ports", adapters = "Adapters"
    case vision = "Vision", stages = "Pipeline", app = "App", tests = "Tests"

    var mayUse: Set<Layer> {
        switch self {
        case .c: []
        case .platform: [.c, .platform]
        case .domain: []
        case .ports: [.domain, .platform]
        case .adapters: [.ports, .domain, .platform, .c]
        case .vision: [.vision, .ports, .domain, .platform]
        case .stages: [.vision, .ports, .domain, .platform]
        case .app: [.app, .stages, .vision, .adapters, .ports, .domain, .platform]
        case .tests: [.tests, .app, .stages, .vision, .adapters, .ports, .domain, .platform]
        }
    }
}

/// Collects targets in the order of the data and checks every edge between them.
struct Graph {
    private(set) var targets: [Target] = []
    private var layers: [String: Layer] = [:]

    mutating func library(_ name: String, pkgConfig: String, apt: String) {
        layers[name] = .c
        targets.append(
            .systemLibrary(
                name: name, path: "Sources/CLibraries/\(name)", pkgConfig: pkgConfig, providers: [.apt([apt])]))
    }

    mutating func module(_ name: String, _ layer: Layer, uses: [String] = [], resources: [Resource] = []) {
        check(name, layer, uses)
        let folder = layer == .domain || layer == .vision ? "Sources/\(name)" : "Sources/\(layer.rawValue)/\(name)"
        targets.append(
            .target(
                name: name, dependencies: uses.map { .byName(name: $0) }, path: folder, resources: resources,
                swiftSettings: settings))
    }

    mutating func executable(_ name: String, path: String, exclude: [String] = [], uses: [String]) {
        check(name, .app, uses)
        targets.append(
            .executableTarget(
                name: name, dependencies: uses.map { .byName(name: $0) }, path: path, exclude: exclude,
                swiftSettings: settings,
                linkerSettings: [.unsafeFlags(openVINORunPath)]))
    }

    /// A plain target used by tests only.
    mutating func testSupport(_ name: String, uses: [String]) {
        check(name, .tests, uses)
        targets.append(
            .target(
                name: name, dependencies: uses.map { .byName(name: $0) }, path: "Tests/\(name)",
                swiftSettings: settings))
    }

    /// An executable used by tests only.
    mutating func testProgram(_ name: String, path: String, uses: [String]) {
        check(name, .tests, uses)
        targets.append(
            .executableTarget(
                name: name, dependencies: uses.map { .byName(name: $0) }, path: path, swiftSettings: settings,
                linkerSettings: [.unsafeFlags(openVINORunPath)]))
    }

    mutating func tests(_ name: String, uses: [String], resources: [Resource] = []) {
        check(name, .tests, uses)
        targets.append(
            .testTarget(
                name: name, dependencies: uses.map { .byName(name: $0) }, path: "Tests/\(name)", resources: resources,
                swiftSettings: settings, linkerSettings: [.unsafeFlags(openVINORunPath)]))
    }

    private mutating func check(_ name: String, _ layer: Layer, _ uses: [String]) {
        for used in uses {
            guard let usedLayer = layers[used] else {
                fatalError("\(name) uses \(used), which is declared later or not at all")
            }
            guard layer.mayUse.contains(usedLayer) else {
                fatalError("\(name) (\(layer)) may not use \(used) (\(usedLayer)): imports point down only")
            }
        }
        layers[name] = layer
    }

    private let settings: [SwiftSetting] = [
        .swiftLanguageMode(.v6), .strictMemorySafety(), .treatAllWarnings(as: .error),
        .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"), .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ]

    /// scripts/setup puts OpenVINO's libraries there; an installed binary finds them beside itself ($ORIGIN).
    private let openVINORunPath = ["-Xlinker", "-rpath", "-Xlinker", "\(Context.packageDirectory)/.deps/openvino/libs"]
}

var graph = Graph()

// C libraries
graph.library("CFFmpeg", pkgConfig: "libavformat", apt: "libavformat-dev")
graph.library("CTurboJPEG", pkgConfig: "libturbojpeg", apt: "libturbojpeg0-dev")
graph.library("CPNG", pkgConfig: "libpng", apt: "libpng-dev")
graph.library("CCurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev")
graph.library("CMicroHTTPD", pkgConfig: "libmicrohttpd", apt: "libmicrohttpd-dev")
graph.library("CSQLite", pkgConfig: "sqlite3", apt: "libsqlite3-dev")
graph.library("CPostgreSQL", pkgConfig: "libpq", apt: "libpq-dev")
graph.library("CRabbitMQ", pkgConfig: "librabbitmq", apt: "librabbitmq-dev")
graph.library("CMosquitto", pkgConfig: "libmosquitto", apt: "libmosquitto-dev")
graph.library("CZlib", pkgConfig: "zlib", apt: "zlib1g-dev")
graph.library("CSodium", pkgConfig: "libsodium", apt: "libsodium-dev")
graph.library("CCrypto", pkgConfig: "libcrypto", apt: "libssl-dev")
graph.library("CYAML", pkgConfig: "yaml-0.1", apt: "libyaml-dev")
graph.library("COpenVINO", pkgConfig: "openvino", apt: "scripts/setup")

// Platform: knows nothing of masks
graph.module("Logging", .platform)
graph.module("Metrics", .platform)
graph.module("ServiceLifecycle", .platform, uses: ["Logging"])
graph.module("Secrets", .platform, uses: ["CSodium", "ServiceLifecycle"])
graph.module("Configuration", .platform, uses: ["CYAML"])
graph.module("Compression", .platform, uses: ["CZlib"])
graph.module("CSV", .platform)
graph.module("HTTPTypes", .platform)
graph.module("HTTPClient", .platform, uses: ["CCurl", "HTTPTypes", "ServiceLifecycle"])
graph.module("MailClient", .platform, uses: ["CCurl", "HTTPTypes", "ServiceLifecycle"])
graph.module("HTTPServer", .platform, uses: ["CMicroHTTPD", "HTTPTypes", "Logging", "Metrics", "ServiceLifecycle"])
graph.module("Imaging", .platform, uses: ["CTurboJPEG", "CPNG"])
graph.module("SQLite", .platform, uses: ["CSQLite", "ServiceLifecycle"])
graph.module("PostgreSQL", .platform, uses: ["CPostgreSQL", "ServiceLifecycle"])

graph.module("Domain", .domain)

// Ports: protocols, and the default that needs no C library
graph.module("Capture", .ports, uses: ["Domain", "Imaging"])
graph.module("ObjectStorage", .ports, uses: ["Domain", "ServiceLifecycle"])
graph.module("Messaging", .ports, uses: ["Domain", "ServiceLifecycle"])
graph.module("Inference", .ports)
graph.module("Persistence", .ports, uses: ["Domain", "Secrets"])
graph.module("Notifications", .ports, uses: ["Domain", "Imaging"], resources: [.copy("Texts")])

// Adapters: one port and one C library each
graph.module(
    "CaptureFFmpeg", .adapters,
    uses: ["Capture", "Domain", "HTTPTypes", "Imaging", "Logging", "ServiceLifecycle", "CFFmpeg"])
graph.module(
    "ObjectStorageS3", .adapters,
    uses: [
        "ObjectStorage", "Domain", "HTTPClient", "HTTPTypes", "Logging", "Secrets", "ServiceLifecycle", "CCrypto",
    ])
graph.module("MessagingSQLite", .adapters, uses: ["Messaging", "SQLite", "ServiceLifecycle"])
graph.module(
    "MessagingRabbitMQ", .adapters, uses: ["Messaging", "Domain", "Logging", "ServiceLifecycle", "CRabbitMQ"])
graph.module("PersistenceSQLite", .adapters, uses: ["Persistence", "Domain", "SQLite"])
graph.module("PersistencePostgreSQL", .adapters, uses: ["Persistence", "Domain", "PostgreSQL"])
graph.module("InferenceOpenVINO", .adapters, uses: ["Inference", "Logging", "ServiceLifecycle", "COpenVINO"])
graph.module("NotificationsSMTP", .adapters, uses: ["Notifications", "Domain", "MailClient"])
graph.module(
    "InferenceHTTP", .adapters, uses: ["Inference", "HTTPClient", "HTTPTypes", "Logging", "ServiceLifecycle"])
graph.module(
    "NotificationsMQTT", .adapters, uses: ["Notifications", "Domain", "HTTPTypes", "ServiceLifecycle", "CMosquitto"])
graph.module("NotificationsHTTP", .adapters, uses: ["Notifications", "Domain", "HTTPClient", "HTTPTypes", "Secrets"])

graph.module("Vision", .vision, uses: ["Inference", "Domain", "Imaging", "ServiceLifecycle", "Secrets"])
graph.module("ModelImport", .vision, uses: ["Vision", "Domain", "Secrets"])

// Stages, in the order of the data
let stageBase = ["Domain", "Logging", "Metrics", "ServiceLifecycle"]
graph.module("Grabber", .stages, uses: stageBase + ["Capture", "ObjectStorage", "Messaging", "Persistence", "Imaging"])
graph.module(
    "Processor", .stages, uses: stageBase + ["ObjectStorage", "Messaging", "Inference", "Vision", "Imaging"])
graph.module(
    "ModelServer", .stages,
    uses: stageBase + ["Compression", "HTTPTypes", "HTTPServer", "Imaging", "Inference", "Vision"])
graph.module("Analyzer", .stages, uses: stageBase + ["Messaging", "Persistence", "ObjectStorage"])
graph.module("Notifier", .stages, uses: stageBase + ["Notifications", "Persistence", "ObjectStorage"])
graph.module(
    "Web", .stages,
    uses: stageBase + [
        "CSV", "HTTPTypes", "HTTPServer", "Secrets", "Imaging", "Capture", "ObjectStorage", "Messaging", "Persistence",
        "Notifications", "Inference", "Vision",
    ],
    resources: [.copy("UI")])

// The composition root alone sees adapters
graph.module(
    "Application", .app,
    uses: stageBase + [
        "Configuration", "Secrets", "HTTPTypes", "HTTPClient", "HTTPServer", "Imaging", "Capture",
        "ObjectStorage", "Messaging", "Persistence", "Notifications", "CaptureFFmpeg", "MessagingSQLite",
        "MessagingRabbitMQ", "ObjectStorageS3", "PersistenceSQLite", "PersistencePostgreSQL", "InferenceOpenVINO",
        "InferenceHTTP", "Inference", "NotificationsHTTP", "NotificationsMQTT", "NotificationsSMTP", "MailClient",
        "Vision", "ModelImport", "Grabber", "Processor", "ModelServer", "Analyzer", "Notifier", "Web",
    ])
graph.executable("maskwatch", path: "Sources/App/maskwatch", uses: ["Application"])
graph.executable(
    "maskwatch-benchmarks", path: "Benchmarks", exclude: ["Thresholds"],
    uses: [
        "Vision", "Inference", "InferenceOpenVINO", "Imaging", "Domain", "Logging", "Metrics", "ServiceLifecycle",
        "Processor", "Analyzer", "Messaging", "MessagingRabbitMQ", "ObjectStorage", "ObjectStorageS3", "Persistence",
        "PersistencePostgreSQL", "PersistenceSQLite", "PostgreSQL", "Secrets",
    ])

// Tests
graph.testSupport(
    "TestSupport",
    uses: stageBase + [
        "Imaging", "Capture", "ObjectStorage", "Messaging", "Inference", "Persistence", "Notifications", "HTTPTypes",
        "HTTPServer", "Analyzer",
    ])
graph.tests("LoggingTests", uses: ["Logging", "TestSupport"])
graph.tests("ServiceLifecycleTests", uses: ["ServiceLifecycle", "Logging", "TestSupport"])
graph.tests("SQLiteTests", uses: ["SQLite", "TestSupport"])
graph.tests("PostgreSQLTests", uses: ["PostgreSQL", "ServiceLifecycle", "TestSupport"])
graph.tests("MessagingSQLiteTests", uses: ["MessagingSQLite", "Messaging", "TestSupport"])
graph.tests(
    "MessagingRabbitMQTests",
    uses: ["MessagingRabbitMQ", "Messaging", "Domain", "Logging", "ServiceLifecycle", "TestSupport"])
graph.tests("PersistenceSQLiteTests", uses: ["PersistenceSQLite", "Persistence", "Domain", "SQLite", "TestSupport"])
graph.tests(
    "PersistencePostgreSQLTests",
    uses: ["PersistencePostgreSQL", "Persistence", "Domain", "PostgreSQL", "Analyzer", "TestSupport"])
graph.tests("ConfigurationTests", uses: ["Configuration", "TestSupport"])
graph.tests("DomainTests", uses: ["Domain", "TestSupport"])
graph.tests("CSVTests", uses: ["CSV", "TestSupport"])
graph.tests("CompressionTests", uses: ["Compression", "TestSupport"])
graph.tests(
    "ModelServerTests",
    uses: [
        "ModelServer", "HTTPServer", "HTTPTypes", "Imaging", "Inference", "InferenceOpenVINO", "Logging", "Metrics",
        "Vision", "TestSupport",
    ])
graph.tests("InferenceTests", uses: ["Inference", "TestSupport"])
graph.tests("ObjectStorageTests", uses: ["ObjectStorage", "Domain", "TestSupport"])
graph.tests(
    "ObjectStorageS3Tests",
    uses: ["ObjectStorageS3", "ObjectStorage", "Domain", "HTTPClient", "HTTPTypes", "Logging", "TestSupport"])
graph.tests(
    "AnalyzerTests",
    uses: [
        "Analyzer", "Domain", "Logging", "Messaging", "MessagingSQLite", "Metrics", "ObjectStorage", "Persistence",
        "PersistenceSQLite", "TestSupport",
    ])
graph.tests(
    "ApplicationTests",
    uses: [
        "Analyzer", "Application", "Configuration", "Domain", "HTTPTypes", "Imaging", "Inference", "InferenceOpenVINO",
        "Logging", "Persistence", "PersistenceSQLite", "Vision", "TestSupport",
    ])
graph.tests("ArchitectureTests", uses: ["TestSupport"])
graph.tests(
    "HTTPServerTests", uses: ["HTTPServer", "HTTPTypes", "Logging", "Metrics", "ServiceLifecycle", "TestSupport"])
graph.tests(
    "CaptureFFmpegTests",
    uses: ["CaptureFFmpeg", "Capture", "Domain", "Imaging", "Logging", "ServiceLifecycle", "TestSupport"])
graph.tests("HTTPTypesTests", uses: ["HTTPTypes", "TestSupport"])
graph.tests(
    "WebTests",
    uses: [
        "Web", "HTTPServer", "HTTPTypes", "Secrets", "Imaging", "Capture", "ObjectStorage", "Messaging", "Persistence",
        "Notifications", "Vision", "Domain", "Logging", "Metrics", "MessagingSQLite", "PersistenceSQLite",
        "TestSupport",
    ])
graph.tests("SecretsTests", uses: ["Secrets", "TestSupport"])
graph.tests("ImagingTests", uses: ["Imaging", "TestSupport"])
graph.tests("InferenceOpenVINOTests", uses: ["InferenceOpenVINO", "Inference", "Logging", "TestSupport"])
graph.tests("HTTPClientTests", uses: ["HTTPClient", "HTTPServer", "HTTPTypes", "Logging", "TestSupport"])
graph.tests(
    "InferenceHTTPTests",
    uses: [
        "InferenceHTTP", "Inference", "HTTPClient", "HTTPServer", "HTTPTypes", "Logging", "ServiceLifecycle",
        "TestSupport",
    ])
graph.tests(
    "VisionTests",
    uses: [
        "Vision", "Domain", "HTTPClient", "Imaging", "Inference", "InferenceHTTP", "InferenceOpenVINO", "Logging",
        "TestSupport",
    ])
graph.tests(
    "ModelImportTests",
    uses: [
        "ModelImport", "Vision", "Domain", "Imaging", "Inference", "InferenceOpenVINO", "Logging", "TestSupport",
    ])
graph.tests(
    "ProcessorTests",
    uses: [
        "Processor", "ModelServer", "Vision", "Domain", "HTTPClient", "HTTPServer", "HTTPTypes", "Imaging", "Inference",
        "InferenceHTTP", "InferenceOpenVINO", "Messaging", "ObjectStorage", "Logging", "Metrics", "ServiceLifecycle",
        "TestSupport",
    ])

graph.testProgram(
    "maskwatch-fuzz", path: "Tests/Fuzzing",
    uses: [
        "ModelServer", "ModelImport", "Compression", "Configuration", "CSV", "Domain", "HTTPServer", "HTTPTypes",
        "Imaging", "Inference", "Notifications", "ObjectStorageS3", "Vision", "TestSupport",
    ])
graph.tests("EndToEndTests", uses: ["SQLite", "PostgreSQL", "TestSupport"])
graph.tests(
    "GrabberTests",
    uses: stageBase + [
        "Grabber", "Capture", "CaptureFFmpeg", "Imaging", "Messaging", "MessagingSQLite", "ObjectStorage",
        "Persistence", "TestSupport",
    ])
graph.tests(
    "NotificationsHTTPTests",
    uses: [
        "NotificationsHTTP", "Notifications", "Domain", "HTTPClient", "HTTPServer", "HTTPTypes", "Logging",
        "TestSupport",
    ])
graph.tests(
    "NotificationsSMTPTests",
    uses: ["NotificationsSMTP", "Notifications", "Domain", "Imaging", "MailClient", "HTTPTypes", "TestSupport"])
graph.tests(
    "NotificationsMQTTTests", uses: ["NotificationsMQTT", "Notifications", "Domain", "HTTPTypes", "TestSupport"])
graph.tests("NotificationsTests", uses: ["Notifications", "Domain", "Imaging", "TestSupport"])
graph.tests(
    "NotifierTests",
    uses: stageBase + [
        "Notifier", "Notifications", "Persistence", "PersistenceSQLite", "ObjectStorage", "Imaging", "TestSupport",
    ])
graph.tests(
    "RecoveryTests",
    uses: stageBase + [
        "Grabber", "Processor", "Analyzer", "Capture", "CaptureFFmpeg", "Messaging", "MessagingRabbitMQ",
        "MessagingSQLite", "ObjectStorage", "Persistence", "PersistencePostgreSQL", "PersistenceSQLite", "Vision",
        "Imaging", "TestSupport",
    ])

let package = Package(name: "Maskwatch", targets: graph.targets)
