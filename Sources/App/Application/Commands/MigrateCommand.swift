enum MigrateCommand {
    static let definition = CommandDefinition(
        path: ["migrate"], summary: "Bring the database to this version's schema",
        details: "Every role does this when it starts; the command is for doing it beforehand."
    ) { input in
        _ = try await Stores.open(AppConfiguration.load(input))
        Console.output("The database has schema version \(Stores.schemaVersion).")
        return .done
    }
}
