enum VersionCommand {
    static let definition = CommandDefinition(path: ["version"], summary: "Show the version", options: [.json]) {
        input in
        Console.output(
            input.has(.json)
                ? #"{"name":"\#(Version.name)","version":"\#(Version.number)"}"# : "\(Version.name) \(Version.number)")
        return .done
    }
}
