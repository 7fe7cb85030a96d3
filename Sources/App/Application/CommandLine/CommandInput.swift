/// The options and operands given to one command, checked against its definition.
struct CommandInput: Sendable {
    private(set) var values: [String: [String]] = [:]
    private(set) var operands: [String] = []
    let environment: [String: String]

    /// - Throws: `UsageError`.
    init(_ arguments: [String], for command: CommandDefinition, environment: [String: String]) throws {
        self.environment = environment
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "--" {
                operands += rest
                break
            }
            guard argument.hasPrefix("-"), argument != "-" else {
                operands.append(argument)
                continue
            }
            try take(argument, from: &rest, for: command)
        }
        if has(CommandOption.help) { return }
        guard command.operandCount.contains(operands.count) else {
            let problem =
                operands.count < command.operandCount.lowerBound ? "something is missing" : "too many arguments"
            throw UsageError("\(problem): maskwatch \(command.name) \(command.operands)")
        }
    }

    private mutating func take(
        _ argument: String, from rest: inout ArraySlice<String>, for command: CommandDefinition
    ) throws {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let option = command.option(parts[0]) else {
            let known = (command.options + CommandOption.common).map(\.name)
            throw UsageError("unknown option \(parts[0])" + Hint.didYouMean(parts[0], known))
        }
        guard option.value != nil else {
            guard parts.count == 1 else { throw UsageError("\(option.name) takes no value") }
            values[option.name, default: []].append("")
            return
        }
        guard let value = parts.count == 2 ? parts[1] : rest.popFirst() else {
            throw UsageError("\(option.name) needs a value: \(option.name) \(option.value ?? "")")
        }
        values[option.name, default: []].append(value)
    }

    func has(_ option: CommandOption) -> Bool { values[option.name] != nil }

    func text(_ option: CommandOption) -> String? { values[option.name]?.last }

    /// - Throws: `UsageError` if the option's value is not one of `type`'s.
    func number<Number: LosslessStringConvertible & Comparable>(
        _ option: CommandOption, in range: ClosedRange<Number>
    ) throws -> Number? {
        guard let text = text(option) else { return nil }
        guard let number = Number(text), range.contains(number) else {
            throw UsageError("\(option.name) is '\(text)', but must be from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// - Throws: `UsageError` if the option's value is not one of the cases.
    func choice<Choice: RawRepresentable & CaseIterable>(
        _ option: CommandOption, of type: Choice.Type
    ) throws -> Choice? where Choice.RawValue == String {
        guard let text = text(option) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let known = type.allCases.map(\.rawValue).joined(separator: ", ")
            throw UsageError("\(option.name) is '\(text)', but must be one of \(known)")
        }
        return choice
    }
}
