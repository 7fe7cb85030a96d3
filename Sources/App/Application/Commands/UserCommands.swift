import Domain
import Foundation
import Persistence
import Secrets

/// `maskwatch user ...`
enum UserCommands {
    private static let minimumPasswordLength = 12
    private static let role = CommandOption(name: "--role", value: "ROLE", help: "administrator or viewer (default)")
    private static let passwordFile = CommandOption(
        name: "--password-file", value: "FILE",
        help: "file that holds the password (default: ask, or read standard input)")

    static let add = CommandDefinition(
        path: ["user", "add"], summary: "Add a person who may sign in", options: [role, passwordFile], operands: "NAME",
        operandCount: 1...1
    ) { input in
        let database = try await AppConfiguration.load(input).repositories()
        let role = try input.choice(role, of: User.Role.self) ?? .viewer
        let hash = try await newPasswordHash(input)
        try await database.users.save(User(name: input.operands[0], role: role, passwordHash: hash))
        return .done
    }

    static let list = CommandDefinition(path: ["user", "list"], summary: "List the people who may sign in") { input in
        let database = try await AppConfiguration.load(input).repositories()
        for user in try await database.users.users() {
            Console.output("\(user.id)  \(user.name)  \(user.role.rawValue)")
        }
        return .done
    }

    static let resetPassword = CommandDefinition(
        path: ["user", "reset-password"], summary: "Give a person a new password and sign them out everywhere",
        options: [passwordFile], operands: "NAME", operandCount: 1...1
    ) { input in
        let database = try await AppConfiguration.load(input).repositories()
        guard var user = try await database.users.user(named: input.operands[0]) else {
            throw CommandFailure("there is no user '\(input.operands[0])'")
        }
        user.passwordHash = try await newPasswordHash(input)
        try await database.users.save(user)
        try await database.users.removeTokens(of: user.id, kind: .session)
        return .done
    }

    private static func newPasswordHash(_ input: CommandInput) async throws -> String {
        let password = try PasswordInput.read(from: input.text(passwordFile) ?? "-").reveal()
        guard password.count >= minimumPasswordLength else {
            throw CommandFailure(
                "the password has \(password.count) characters; it needs at least \(minimumPasswordLength)")
        }
        return try await PasswordHash().hash(password)
    }
}
