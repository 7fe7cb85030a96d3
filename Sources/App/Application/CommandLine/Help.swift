import Configuration

enum Hint {
    static func didYouMean(_ word: String, _ candidates: [String]) -> String {
        Spelling.nearest(to: word, in: candidates).map { "; did you mean \($0)?" } ?? ""
    }
}

/// The texts behind `--help`.
enum Help {
    static func overview(of commands: [CommandDefinition]) -> String {
        let width = commands.map(\.name.count).max() ?? 0
        let lines = commands.map { "  \(padded($0.name, width))  \($0.summary)" }
        return """
            Maskwatch watches security cameras for people without a face mask.

            Usage: maskwatch COMMAND [OPTIONS]

            Commands:
            \(lines.joined(separator: "\n"))

            maskwatch COMMAND --help shows the options of one command.

            """
    }

    static func page(for command: CommandDefinition) -> String {
        let options = command.options + CommandOption.common
        let names = options.map {
            [$0.short, $0.name].compactMap(\.self).joined(separator: ", ") + ($0.value.map { " \($0)" } ?? "")
        }
        let width = names.map(\.count).max() ?? 0
        let lines = zip(names, options).map { "  \(padded($0, width))  \($1.help)" }
        let details = command.details.isEmpty ? "" : "\n\(command.details)\n"
        let operands = command.operands.isEmpty ? "" : " \(command.operands)"
        return """
            \(command.summary)

            Usage: maskwatch \(command.name) [OPTIONS]\(operands)
            \(details)
            Options:
            \(lines.joined(separator: "\n"))

            """
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
