import Vision

/// `maskwatch model ...`
enum ModelCommands {
    static let list = CommandDefinition(path: ["model", "list"], summary: "List the model packages") { input in
        let repository = try VisionParts.repository(AppConfiguration.load(input))
        for entry in repository.entries() { Console.output(line(for: entry)) }
        return .done
    }

    static let verify = CommandDefinition(
        path: ["model", "verify"], summary: "Check every file of the model packages against its hash"
    ) { input in
        let entries = try VisionParts.repository(AppConfiguration.load(input)).entries()
        var failures = 0
        for entry in entries {
            if case .failure = entry.package { failures += 1 }
            Console.output(line(for: entry))
        }
        guard !entries.isEmpty else { throw CommandFailure("there are no model packages") }
        return failures == 0 ? .done : .failed
    }

    private static func line(for entry: ModelRepository.Entry) -> String {
        switch entry.package {
        case .success(let package): "\(package.identity)  \(package.description.task.rawValue)  in order"
        case .failure(let error): "\(entry.name)/\(entry.version)  unusable: \(error)"
        }
    }
}

/// Something went wrong that is neither a wrong command line nor a wrong configuration.
struct CommandFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
