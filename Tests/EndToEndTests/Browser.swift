import Foundation

/// Chromium, driven through chromedriver (W3C WebDriver).
struct Browser {
    private struct Reply<Value: Decodable>: Decodable { let value: Value }
    private struct Session: Decodable { let sessionId: String }

    let process: ChildProcess
    private let http: LoopbackHTTP
    private let session: String

    static func start(in folder: URL) async throws -> Browser {
        let process = try ChildProcess(
            URL(filePath: "/usr/bin/chromedriver"), ["--port=0"], log: folder.appending(path: "chromedriver.log"),
            environment: ProcessInfo.processInfo.environment)
        var port = 0
        try await until("chromedriver starts: \(process.output)", within: 60) {
            port = process.output.firstMatch(of: #/started successfully on port (\d+)/#).flatMap { Int($0.1) } ?? 0
            return port > 0
        }
        let http = LoopbackHTTP(port: port)
        let options: [String: any Sendable] = [
            "args": [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1440,1000",
                "--user-data-dir=\(folder.appending(path: "chromium").path)",
            ]
        ]
        let body = try JSONSerialization.data(
            withJSONObject: ["capabilities": ["alwaysMatch": ["goog:chromeOptions": options]]])
        let answer = try await http.send("POST", "/session", headers: ["Content-Type": "application/json"], body: body)
        guard answer.status == 200 else { throw Timeout(description: "a browser: \(answer.text)") }
        let session = try JSONDecoder().decode(Reply<Session>.self, from: answer.body).value.sessionId
        return Browser(process: process, http: http, session: session)
    }

    func open(_ address: String) async throws { _ = try await command("url", ["url": address]) }

    /// Runs the body of a JavaScript function in the page and returns what it returns.
    func evaluate<Value: Decodable>(_ type: Value.Type, _ script: String) async throws -> Value {
        let answer = try await command("execute/sync", ["script": script, "args": [] as [String]])
        return try JSONDecoder().decode(Reply<Value>.self, from: answer.body).value
    }

    /// Types into the element, key by key as a person does.
    func type(_ text: String, into selector: String) async throws {
        _ = try await command("element/\(element(selector))/value", ["text": text])
    }

    func click(_ selector: String) async throws { _ = try await command("element/\(element(selector))/click", [:]) }

    /// The page as it stands now.
    func source() async throws -> String {
        try await evaluate(String.self, "return document.documentElement.outerHTML")
    }

    func screenshot(to file: URL) async throws {
        let answer = try await http.send("GET", "/session/\(session)/screenshot")
        let picture = try JSONDecoder().decode(Reply<Data>.self, from: answer.body).value
        try picture.write(to: file)
    }

    func close() async throws {
        _ = try await http.send("DELETE", "/session/\(session)")
        // The browser is closed; chromedriver does not always end when it is only asked to.
        try await process.end(SIGKILL)
    }

    private func element(_ selector: String) async throws -> String {
        let answer = try await command("element", ["using": "css selector", "value": selector])
        let reference = try JSONDecoder().decode(Reply<[String: String]>.self, from: answer.body).value
        guard let id = reference.values.first else { throw Timeout(description: "an element \(selector)") }
        return id
    }

    private func command(_ name: String, _ body: [String: any Sendable]) async throws -> LoopbackHTTP.Answer {
        let data = try JSONSerialization.data(withJSONObject: body)
        let answer = try await http.send(
            "POST", "/session/\(session)/\(name)", headers: ["Content-Type": "application/json"], body: data)
        guard answer.status == 200 else { throw Timeout(description: "WebDriver \(name): \(answer.text)") }
        return answer
    }
}
