/// Every sub-command of the program, in the order of the help.
enum Commands {
    static let all: [CommandDefinition] =
        [UpCommand.definition] + RoleCommands.all + [
            DetectCommand.definition,
            EvaluateCommand.definition,
            CameraCommands.add, CameraCommands.list, CameraCommands.probe, CameraCommands.remove,
            CameraTableCommands.importing, CameraTableCommands.exporting,
            UserCommands.add, UserCommands.list, UserCommands.resetPassword,
            TokenCommands.create, TokenCommands.list, TokenCommands.revoke,
            ModelCommand.definition, ModelCommands.list, ModelCommands.verify,
            ModelImportCommand.definition, ModelExportCommand.definition,
            DatasetCommands.export,
            BenchCommands.pipeline, BenchCommands.queue, BenchCommands.storage,
            SimulateCommand.definition,
            ConfigCommands.check, ConfigCommands.show,
            MigrateCommand.definition,
            DoctorCommand.definition,
            VersionCommand.definition,
        ]
}
