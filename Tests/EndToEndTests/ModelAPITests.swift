import Foundation
import TestSupport
import Testing

/// `maskwatch model` of the release build, as a user starts it.
actor ModelAPI {
    let log: URL
    let models: URL
    private let data: URL
    private var process: ChildProcess?
    private var http = LoopbackHTTP(port: 0)

    /// Not started yet; its models are copies that a test may change.
    init(in folder: URL) throws {
        log = folder.appending(path: "model.log")
        data = folder.appending(path: "data")
        models = folder.appending(path: "models")
        try FileManager.default.createDirectory(at: models, withIntermediateDirectories: true)
        for name in ["face-fast", "mask-classifier"] {
            try FileManager.default.copyItem(
                at: Requirements.root.appending(path: "models/\(name)"), to: models.appending(path: name))
        }
    }

    var port: Int { http.port }
    var output: String { process?.output ?? "" }
    var residentBytes: Int { process?.residentBytes ?? 0 }
    var isRunning: Bool { process?.isRunning ?? false }

    /// Processor time so far (proc(5), stat: utime).
    var processorTicks: Int {
        let path = "/proc/\(process?.identifier ?? 0)/stat"
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
        return fields.count > 11 ? Int(fields[11]) ?? 0 : 0
    }

    func start(_ settings: [String: String] = [:]) async throws {
        http = LoopbackHTTP(port: try MaskwatchServer.freePort())
        let environment = [
            "PATH": "/usr/bin:/bin", "HOME": data.path, "LANG": "C.UTF-8", "MASKWATCH_MODEL_DIRECTORY": models.path,
        ]
        process = try ChildProcess(
            Requirements.binary, ["model", "--data", data.path, "--port", String(http.port)], log: log,
            environment: environment.merging(settings) { $1 })
        try await until("maskwatch model is ready; its log: \(log.path)", within: 120) {
            guard self.process?.isRunning == true else {
                throw Timeout(description: "maskwatch model ended: \(self.output.suffix(2000))")
            }
            return (try? await self.http.send("GET", "/readyz"))?.status == 200
        }
    }

    func stop() async throws { try await process?.end(SIGTERM) }

    func send(
        _ method: String, _ path: String, headers: [String: String] = [:], body: Data = Data()
    ) async throws -> LoopbackHTTP.Answer {
        try await http.send(method, path, headers: headers, body: body)
    }
}

@Suite("The model API", .serialized, .enabled(if: Requirements.areMet))
struct ModelAPITests {
    private static let picture = Requirements.stills.appending(path: "mixed/1.png")
    private static let conformance = Requirements.root.appending(path: "tools/testing/model-api-conformance")
    private static let client = Requirements.root.appending(path: ".deps/tritonclient")

    @Test("answers all that the real tritonclient can ask, also below a base path", arguments: ["", "/gpu/1"])
    func conformance(base: String) async throws {
        let scratch = try ScratchDirectory()
        let api = try ModelAPI(in: scratch.url)
        try await api.start(["MASKWATCH_MODEL_SERVER_BASE_PATH": base])
        let checks = try ChildProcess(
            Self.conformance, ["127.0.0.1:\(await api.port)\(base)", Self.picture.path],
            log: scratch.url.appending(path: "checks.log"),
            environment: ["PATH": "/usr/bin:/bin", "PYTHONPATH": Self.client.path])
        try await until("the checks end", within: 300) { !checks.isRunning }
        #expect(checks.output.contains("13 of 13 checks passed"), "\(checks.output)")
        try await api.stop()
    }

    @Test("lets a new version take over and a spoilt one not, without a gap")
    func newVersion() async throws {
        let scratch = try ScratchDirectory()
        let api = try ModelAPI(in: scratch.url)
        try await api.start(["MASKWATCH_MODEL_SERVER_RELOAD_EVERY": "0.2s"])
        let picture = try Data(contentsOf: Self.picture)
        let asking = Task {
            var statuses: Set<Int> = []
            while !Task.isCancelled {
                statuses.insert(try await api.send("POST", "/api/v1/detect", body: picture).status)
            }
            return statuses
        }
        try addVersion(2, to: api.models) { _ in }
        try await until("version 2 serves", within: 60) { try await self.line("face-fast", "2", api)?.state == "READY" }
        try addVersion(3, to: api.models) { folder in
            let file = folder.appending(path: "model.bin")
            var weights = try Data(contentsOf: file)
            weights[weights.count / 2] ^= 1
            try weights.write(to: file)
        }
        try await until("version 3 is refused", within: 60) {
            try await self.line("face-fast", "3", api)?.state == "UNAVAILABLE"
        }
        #expect(try await line("face-fast", "3", api)?.reason.contains("SHA-256") == true)
        #expect(try await api.send("GET", "/v2/models/face-detector").text.contains("\"versions\":[\"1\",\"2\"]"))
        // The files of a model that serves are cut off under it.
        let spoilt = try FileHandle(forWritingTo: api.models.appending(path: "face-fast/2/model.bin"))
        try spoilt.truncate(atOffset: 100)
        try await until("the cut is noticed", within: 60) {
            try await self.line("face-fast", "2", api)?.reason.contains("SHA-256") == true
        }
        #expect(try await api.send("POST", "/api/v1/detect", body: picture).status == 200)
        asking.cancel()
        #expect(try await asking.value == [200])
        try await api.stop()
    }

    @Test("answers what is in hand when it is told to stop")
    func drains() async throws {
        let scratch = try ScratchDirectory()
        let api = try ModelAPI(in: scratch.url)
        try await api.start()
        #expect(try await api.send("GET", "/metrics").text.contains("maskwatch_build_info{role=\"model\""))
        let idle = await api.processorTicks
        let (headers, body) = request(Array(repeating: try Data(contentsOf: Self.picture), count: 8))
        let asked = Task {
            try await api.send("POST", "/v2/models/maskwatch/infer", headers: headers, body: body).status
        }
        try await until("the request is worked on", within: 60) { await api.processorTicks > idle + 5 }
        try await api.stop()
        #expect(try await asked.value == 200)
        #expect(await api.output.contains("stopped"))
    }

    @Test("keeps its memory under a hundred floods of chunks and a thousand malformed requests")
    func memory() async throws {
        let scratch = try ScratchDirectory()
        let api = try ModelAPI(in: scratch.url)
        try await api.start(["MASKWATCH_LOG_LEVEL": "error"])
        // What the allocator keeps for itself is taken in the first round.
        try await attack(api, floods: 20, malformed: 300)
        let before = await api.residentBytes
        try await attack(api, floods: 100, malformed: 1000)
        let grown = await api.residentBytes - before
        #expect(grown <= 1 << 20, "grown by \(grown) bytes")
        #expect(try await api.send("POST", "/api/v1/detect", body: Data(contentsOf: Self.picture)).status == 200)
        try await api.stop()
    }

    private func attack(_ api: ModelAPI, floods: Int, malformed: Int) async throws {
        for _ in 0..<floods { #expect(try await flood(await api.port).hasPrefix("HTTP/1.1 400 ")) }
        let bodies = [
            "", "{", "[]", #"{"inputs":[]}"#, String(repeating: "[", count: 5000),
            #"{"inputs":[{"name":"image","shape":[-1],"datatype":"BYTES","data":["a"]}]}"#,
            #"{"inputs":[{"name":"image","shape":[16,1152921504606846978],"datatype":"BYTES","data":[]}]}"#,
            #"{"inputs":[{"name":"image","shape":[2],"datatype":"BYTES","data":["a","b"]}]}"#,
        ]
        let headers: [[String: String]] = [
            [:], ["Inference-Header-Content-Length": "77777"], ["Content-Encoding": "gzip"],
        ]
        for number in 0..<malformed {
            let answer = try await api.send(
                "POST", "/v2/models/maskwatch/infer", headers: headers[number % headers.count],
                body: Data(bodies[number % bodies.count].utf8))
            #expect(answer.status == 400 && answer.text.contains("error"))
        }
    }

    /// More chunks than are allowed, of one byte each.
    private func flood(_ port: Int) async throws -> String {
        let chunks = Data(String(repeating: "1\r\nx\r\n", count: 100_000).utf8)
        return try await offPool {
            let client = try LoopbackSocket(connectingTo: port, timeout: 60)
            let head = "POST /v2/models/maskwatch/infer HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
            try client.write(Data((head + "Transfer-Encoding: chunked\r\n\r\n").utf8) + chunks + Data("0\r\n\r\n".utf8))
            return String(decoding: client.receive(), as: UTF8.self)
        }
    }

    /// The binary form of a request for pictures.
    private func request(_ pictures: [Data]) -> (headers: [String: String], body: Data) {
        var files = Data()
        for picture in pictures {
            unsafe withUnsafeBytes(of: UInt32(picture.count).littleEndian) { unsafe files.append(contentsOf: $0) }
            files += picture
        }
        let head = """
            {"inputs":[{"name":"image","shape":[\(pictures.count)],"datatype":"BYTES",
            "parameters":{"binary_data_size":\(files.count)}}]}
            """
        return (["Inference-Header-Content-Length": String(head.utf8.count)], Data(head.utf8) + files)
    }

    private struct IndexLine: Decodable {
        let name: String
        let version: String
        let state: String
        let reason: String
    }

    private func line(_ name: String, _ version: String, _ api: ModelAPI) async throws -> IndexLine? {
        try await api.send("POST", "/v2/repository/index").decoded([IndexLine].self)
            .first { $0.name == name && $0.version == version }
    }

    private func addVersion(_ version: Int, to models: URL, _ change: (URL) throws -> Void) throws {
        let new = models.appending(path: ".new")
        try FileManager.default.copyItem(at: models.appending(path: "face-fast/1"), to: new)
        let description = new.appending(path: "model.json")
        let text = try String(contentsOf: description, encoding: .utf8)
        try Data(text.replacing("\"version\": \"1\"", with: "\"version\": \"\(version)\"").utf8).write(to: description)
        try change(new)
        try FileManager.default.moveItem(at: new, to: models.appending(path: "face-fast/\(version)"))
    }
}
