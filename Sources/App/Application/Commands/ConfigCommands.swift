import Configuration

enum ConfigCommands {
    static let check = CommandDefinition(
        path: ["config", "check"], summary: "Check the configuration and say what is wrong with it"
    ) { input in
        _ = try AppConfiguration.load(input)
        Console.output("The configuration is in order.")
        return .done
    }

    private static let effective = CommandOption(name: "--effective", help: "with the place every value comes from")

    static let show = CommandDefinition(
        path: ["config", "show"], summary: "Show every setting, its value and its meaning; secrets as ***",
        options: [effective]
    ) { input in
        let configuration = try AppConfiguration.load(input)
        for setting in AppSettings.all {
            let shown = setting.shown(in: configuration.settings)
            let place = input.has(effective) ? "  # \(shown.place)" : ""
            Console.output("# \(setting.help) (\(setting.environmentName))\n\(setting.key): \(shown.text)\(place)")
        }
        return .done
    }
}
