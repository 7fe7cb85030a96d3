import Domain
import Foundation
import Persistence
import Web

/// `maskwatch token ...`: the access of machines to the HTTP API.
enum TokenCommands {
    private static let user = CommandOption(
        name: "--user", value: "NAME", help: "administrator the token acts for (default: the only one)")

    static let create = CommandDefinition(
        path: ["token", "create"], summary: "Create a token for a machine and print it, this once",
        options: [user], operands: "NAME", operandCount: 1...1
    ) { input in
        let database = try await AppConfiguration.load(input).repositories()
        let owner = try await administrator(named: input.text(user), in: database.users)
        let (token, text) = try AccessToken.machine(named: input.operands[0], owner: owner.id, at: Date())
        try await database.users.save(token)
        Console.output(text)
        return .done
    }

    static let list = CommandDefinition(path: ["token", "list"], summary: "List the tokens of machines") { input in
        let database = try await AppConfiguration.load(input).repositories()
        for token in try await database.users.tokens(kind: .bearer) {
            Console.output("\(token.id)  \(token.name)  \(token.createdAt.formatted(.iso8601))")
        }
        return .done
    }

    static let revoke = CommandDefinition(
        path: ["token", "revoke"], summary: "End a machine's access", operands: "ID|NAME", operandCount: 1...1
    ) { input in
        let database = try await AppConfiguration.load(input).repositories()
        let wanted = input.operands[0]
        let tokens = try await database.users.tokens(kind: .bearer)
        let meant = tokens.filter { $0.id.description == wanted || $0.name == wanted }
        guard let token = meant.first else {
            throw CommandFailure("there is no token '\(wanted)'" + Hint.didYouMean(wanted, tokens.map(\.name)))
        }
        guard meant.count == 1 else { throw CommandFailure("\(meant.count) tokens have the name: give the id") }
        _ = try await database.users.removeToken(token.id)
        return .done
    }

    private static func administrator(named name: String?, in users: any UserRepository) async throws -> User {
        let administrators = try await users.users().filter { $0.role == .administrator }
        if let name {
            guard let user = administrators.first(where: { $0.name == name }) else {
                throw CommandFailure(
                    "there is no administrator '\(name)'" + Hint.didYouMean(name, administrators.map(\.name)))
            }
            return user
        }
        guard let only = administrators.first, administrators.count == 1 else {
            throw CommandFailure("there are \(administrators.count) administrators: say which by --user NAME")
        }
        return only
    }
}
