import ServiceLifecycle
import Web

/// Says where the pages are once they can be opened, and, while there is no user, the one-time link that creates the
/// administrator. The link is the only thing on standard output.
struct Greeting: Service {
    let name = "greeting"
    let web: WebService
    let speaksTLS: Bool

    func run() async throws {
        let address = "\(speaksTLS ? "https" : "http")://localhost:\(try await web.boundPort())"
        Console.error("Maskwatch is running on \(address)")
        if let link = try await web.setupLink(base: address) {
            Console.error("This link creates the administrator; it works once:")
            Console.output(link)
        }
        // A service runs until it is cancelled.
        while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
    }
}
