/// Every sub-command of the program, in the order of the help.
enum Commands {
    static let all: [CommandDefinition] = [
        ConfigCommands.check, ConfigCommands.show,
        VersionCommand.definition,
    ]
}
