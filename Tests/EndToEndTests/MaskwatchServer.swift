import Foundation

/// A process of the release build with pages, as a user starts it, and its HTTP API as an administrator sees it.
actor MaskwatchServer {
    static let administrator = "Ada Administrator"
    static let password = "correct horse battery staple 42"

    let data: URL
    let log: URL
    /// Everything that the API ever answered, to be searched for secrets.
    private(set) var answers = Data()
    private var process: ChildProcess?
    private var http = LoopbackHTTP(port: 0)
    private var cookie = ""

    private let role: String
    private let settings: [String: String]

    /// A server whose data and log are in `folder`; not started yet.
    /// - Parameters:
    ///   - role: `up` or `web`.
    ///   - settings: `MASKWATCH_...` variables.
    init(in folder: URL, role: String = "up", settings: [String: String] = [:]) {
        self.role = role
        self.settings = settings
        data = folder.appending(path: "data")
        log = folder.appending(path: "maskwatch.log")
    }

    var port: Int { http.port }
    var address: String { "http://127.0.0.1:\(port)" }
    var identifier: Int32 { process?.identifier ?? 0 }
    var residentBytes: Int { process?.residentBytes ?? 0 }
    var output: String { process?.output ?? "" }

    /// Starts it and waits until it answers. The port stays the same over restarts.
    func start() async throws {
        let port = http.port > 0 ? http.port : try Self.freePort()
        http = LoopbackHTTP(port: port)
        process = try ChildProcess(
            Requirements.binary, [role, "--data", data.path, "--port", String(port)], log: log,
            environment: Self.environment(home: data).merging(settings) { $1 })
        try await until("maskwatch \(role) answers; its log ends with: \(log.path)", within: 120) {
            guard self.process?.isRunning == true else {
                throw Timeout(description: "maskwatch \(role) ended: \(self.output.suffix(2000))")
            }
            return (try? await self.http.send("GET", "/readyz"))?.status == 200
        }
    }

    /// What a program started by a user finds, without anything of this machine's.
    static func environment(home: URL) -> [String: String] {
        ["PATH": "/usr/bin:/bin", "HOME": home.path, "LANG": "C.UTF-8"]
    }

    func kill() async throws { try await process?.end(SIGKILL) }
    func stop() async throws { try await process?.end(SIGTERM) }

    /// The one-time link that `up` prints, without which nobody becomes administrator.
    func setupLink() async throws -> String {
        var link = ""
        try await until("a setup link is printed", within: 30) {
            link = self.output.firstMatch(of: #/http\S+#\/setup\?token=\S+/#).map { String($0.0) } ?? ""
            return !link.isEmpty
        }
        return link
    }

    /// Becomes administrator by the link and keeps the session.
    func setUp() async throws {
        let token = try await setupLink().split(separator: "token=").last.map(String.init) ?? ""
        let body = ["token": token, "name": Self.administrator, "password": Self.password]
        let answer = try await call("POST", "/api/v1/setup", body)
        guard answer.status == 201 else { throw Timeout(description: "setup: \(answer.status) \(answer.text)") }
        cookie = answer.headers["set-cookie"]?.split(separator: ";").first.map(String.init) ?? ""
    }

    /// One call of the API, signed in.
    @discardableResult
    func call(_ method: String, _ path: String, _ body: [String: any Sendable]? = nil) async throws
        -> LoopbackHTTP.Answer
    {
        var headers = ["X-Requested-With": "maskwatch"]
        if !cookie.isEmpty { headers["Cookie"] = cookie }
        var data = Data()
        if let body {
            headers["Content-Type"] = "application/json"
            data = try JSONSerialization.data(withJSONObject: body)
        }
        let answer = try await http.send(method, path, headers: headers, body: data)
        answers += Data("\(method) \(path) \(answer.status) \(answer.headers)\n".utf8) + answer.body + Data("\n".utf8)
        return answer
    }

    func get<Value: Decodable & Sendable>(_ type: Value.Type, _ path: String) async throws -> Value {
        let answer = try await call("GET", path)
        guard answer.status == 200 else { throw Timeout(description: "GET \(path): \(answer.status) \(answer.text)") }
        return try answer.decoded(type)
    }

    /// Creates something and returns its id.
    func create(_ path: String, _ body: [String: any Sendable]) async throws -> String {
        let answer = try await call("POST", path, body)
        guard answer.status == 201 else { throw Timeout(description: "POST \(path): \(answer.status) \(answer.text)") }
        return try answer.decoded(Answers.Identified.self).id
    }

    /// A free port that stays free for the moment until the server takes it.
    static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { _ = close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, length) == 0 ? unsafe getsockname(descriptor, $0, &length) : -1
            }
        }
        guard status == 0 else { throw Timeout(description: "a free port") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}

extension MaskwatchServer {
    /// Adds the simulated cameras and returns their ids by name.
    func add(_ cameras: SimulatedCameras, every seconds: Double) async throws -> [String: String] {
        var ids: [String: String] = [:]
        for camera in SimulatedCameras.three {
            let source = Self.source(camera, address: cameras.addresses[camera.name] ?? "")
            ids[camera.name] = try await create(
                "/api/v1/cameras",
                ["name": camera.name, "source": source, "sampling": Self.sampling(every: seconds)])
        }
        return ids
    }

    static func source(_ camera: SimulatedCameras.Camera, address: String) -> [String: any Sendable] {
        var source: [String: any Sendable] = ["address": address, "transport": "tcp"]
        source["username"] = camera.user
        source["password"] = camera.password
        return source
    }

    static func sampling(every seconds: Double) -> [String: any Sendable] {
        ["every": seconds, "shots": 1, "spacing": 0.5, "mode": "persistent"]
    }

    /// A camera that is held again has announced what it had stored before its grabber was killed.
    func waitForNewPictures() async throws {
        let before = try await get(Answers.Cameras.self, "/api/v1/cameras").cameras.map { $0.latest?.snapshotId }
        try await until("every camera gives pictures again", within: 180) {
            let now = try await self.get(Answers.Cameras.self, "/api/v1/cameras").cameras.map {
                $0.latest?.snapshotId
            }
            return zip(before, now).allSatisfy { $0 != $1 }
        }
    }

    /// Takes no more pictures and waits until every one that was taken is dealt with.
    func drain(_ cameras: SimulatedCameras, ids: [String: String]) async throws {
        for camera in SimulatedCameras.three {
            guard let id = ids[camera.name] else { continue }
            var source = Self.source(camera, address: cameras.addresses[camera.name] ?? "")
            source["password"] = nil
            let body: [String: any Sendable] = [
                "name": camera.name, "source": source, "sampling": Self.sampling(every: 60), "is_enabled": false,
            ]
            let answer = try await call("PUT", "/api/v1/cameras/\(id)", body)
            guard answer.status == 200 else {
                throw Timeout(description: "PUT camera: \(answer.status) \(answer.text)")
            }
        }
        var calm = 0
        try await until("nothing is in flight any more", within: 180) {
            let cameras = try await self.get(Answers.Cameras.self, "/api/v1/cameras").cameras
            let isQuiet = cameras.allSatisfy { $0.status?.state == "disabled" || $0.status == nil }
            let counts = try await self.get(Answers.System.self, "/api/v1/system").counts
            calm = isQuiet && counts.inFlight == 0 ? calm + 1 : 0
            return calm >= 5
        }
    }

    /// Every observation of a camera, newest first.
    func observations(of camera: String) async throws -> [Answers.Observation] {
        var all: [Answers.Observation] = []
        while true {
            let before = all.last.map { "&before=\($0.takenAt)" } ?? ""
            let page = try await get(
                Answers.Observations.self, "/api/v1/observations?camera=\(camera)&limit=100\(before)"
            ).observations
            let known = Set(all.map(\.snapshotId))
            let new = page.filter { !known.contains($0.snapshotId) }
            if new.isEmpty { return all }
            all += new
        }
    }
}
