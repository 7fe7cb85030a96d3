import Testing

@testable import Application

@Suite("The command line")
struct CommandLineTests {
    private let command = CommandDefinition(
        path: ["sample"], summary: "A sample", options: [.json, CommandOption(name: "--level", value: "N", help: "")],
        operands: "FILE", operandCount: 1...2
    ) { _ in .done }

    private func input(_ arguments: String...) throws -> CommandInput {
        try CommandInput(arguments, for: command, environment: [:])
    }

    @Test("takes options before, between and after operands, with a space or an equals sign")
    func options() throws {
        let first = try input("--json", "a", "--level", "3", "b")
        #expect(first.operands == ["a", "b"])
        #expect(first.has(.json))
        #expect(try input("a", "--level=7").values["--level"] == ["7"])
    }

    @Test("takes everything after -- as operands")
    func terminator() throws {
        #expect(try input("--", "--json").operands == ["--json"])
    }

    @Test("refuses what it does not know and says what was probably meant")
    func unknown() {
        #expect(throws: UsageError.self) { try input("a", "--jsn") }
        do { _ = try input("a", "--jsn") } catch { #expect("\(error)" == "unknown option --jsn; did you mean --json?") }
    }

    @Test("refuses missing operands and missing values")
    func missing() {
        #expect(throws: UsageError.self) { try input() }
        #expect(throws: UsageError.self) { try input("a", "b", "c") }
        #expect(throws: UsageError.self) { try input("a", "--level") }
        #expect(throws: UsageError.self) { try input("a", "--json=1") }
    }

    @Test(
        "ends with the documented exit status",
        arguments: [
            (["version"], 0), (["--help"], 0), ([], 2), (["versoin"], 2),
            (["config", "check", "--config", "/none"], 78),
            (["config"], 2), (["config", "--help"], 0), (["config", "chekc"], 2),
        ] as [([String], Int32)])
    func exitStatus(_ arguments: [String], _ status: Int32) async {
        #expect(await CommandLineTool.run(arguments, environment: [:]) == status)
    }

    @Test("has a help page for every command that names every option")
    func help() {
        for command in Commands.all {
            let page = Help.page(for: command)
            for option in command.options + CommandOption.common { #expect(page.contains(option.name)) }
        }
    }

    @Test("gives every setting a distinct key and environment variable")
    func settings() {
        #expect(Set(AppSettings.all.map(\.environmentName)).count == AppSettings.all.count)
    }
}
