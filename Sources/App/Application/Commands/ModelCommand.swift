import ServiceLifecycle

/// `maskwatch model`: the model API.
enum ModelCommand {
    private static let port = CommandOption(
        name: "--port", value: "N", help: "port of the model API (default: 8000)")

    static let definition = CommandDefinition(
        path: ["model"], summary: "Serve the models: the Open Inference Protocol and /api/v1/detect",
        details: "Stops on SIGTERM or Ctrl-C after answering what is in hand; a second signal stops at once.",
        options: [port]
    ) { input in
        let signals = UnixSignals()
        let configuration = try AppConfiguration.load(input, overriding: [(port, ModelServerSettings.port)])
        let process = try ProcessParts(configuration, role: "model")
        try await process.run([try ModelRole.service(configuration, process: process)], until: signals)
        return .done
    }
}
