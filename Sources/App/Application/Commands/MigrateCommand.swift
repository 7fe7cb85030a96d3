import Persistence

enum MigrateCommand {
    static let definition = CommandDefinition(
        path: ["migrate"], summary: "Bring the database to this version's schema",
        details: "Every role does this when it starts; the command is for doing it beforehand."
    ) { input in
        let database = try await AppConfiguration.load(input).repositories()
        Console.output("The database has schema version \(type(of: database).schemaVersion).")
        return .done
    }
}
