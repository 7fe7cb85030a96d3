/// Every sub-command of the program, in the order of the help.
enum Commands {
    static let all: [CommandDefinition] = [
        DetectCommand.definition,
        ModelCommands.list, ModelCommands.verify,
        ConfigCommands.check, ConfigCommands.show,
        VersionCommand.definition,
    ]
}
