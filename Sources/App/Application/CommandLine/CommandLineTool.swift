import Configuration

/// Finds the command, runs it, and turns every outcome into an exit status. Data goes to standard output, everything else
/// to standard error.
package enum CommandLineTool {
    package static func run(_ arguments: [String], environment: [String: String]) async -> Int32 {
        do {
            return try await dispatch(arguments, environment: environment).rawValue
        } catch let error as UsageError {
            Console.error("maskwatch: \(error)\nmaskwatch --help lists the commands.")
            return ExitStatus.wrongUsage.rawValue
        } catch let error as ConfigurationError {
            Console.error("maskwatch: \(error)")
            return ExitStatus.wrongConfiguration.rawValue
        } catch is CancellationError {
            return ExitStatus.done.rawValue
        } catch {
            Console.error("maskwatch: \(error)")
            return ExitStatus.failed.rawValue
        }
    }

    private static func dispatch(_ arguments: [String], environment: [String: String]) async throws -> ExitStatus {
        guard let first = arguments.first, !["--help", "-h", "help"].contains(first) else {
            Console.output(Help.overview(of: Commands.all), terminator: "")
            return arguments.isEmpty ? .wrongUsage : .done
        }
        let wanted = first == "--version" ? ["version"] : arguments
        guard
            let command = Commands.all.filter({ wanted.starts(with: $0.path) }).max(by: {
                $0.path.count < $1.path.count
            })
        else { return try listFamily(of: wanted) }
        let input = try CommandInput(
            Array(wanted.dropFirst(command.path.count)), for: command, environment: environment)
        guard !input.has(CommandOption.help) else {
            Console.output(Help.page(for: command), terminator: "")
            return .done
        }
        return try await command.run(input)
    }

    /// `maskwatch camera` alone lists what can be done with cameras.
    private static func listFamily(of words: [String]) throws -> ExitStatus {
        let family = Commands.all.filter { $0.path.count > 1 && $0.path.first == words.first }
        guard !family.isEmpty else {
            let names = Set(Commands.all.compactMap(\.path.first)).sorted()
            throw UsageError("unknown command '\(words[0])'" + Hint.didYouMean(words[0], names))
        }
        let second = words.dropFirst().first
        guard second == nil || second?.hasPrefix("-") == true else {
            throw UsageError(
                "unknown command '\(words.prefix(2).joined(separator: " "))'"
                    + Hint.didYouMean(second ?? "", family.map { $0.path[1] }))
        }
        Console.output(Help.overview(of: family), terminator: "")
        return second == nil ? .wrongUsage : .done
    }
}
