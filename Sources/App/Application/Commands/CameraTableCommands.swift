import Domain
import Foundation
import Persistence
import Web

/// `maskwatch camera import|export`: many cameras at once.
enum CameraTableCommands {
    static let importing = CommandDefinition(
        path: ["camera", "import"], summary: "Register or change the cameras of a CSV table",
        details: "Columns: \(CameraTable.columns.joined(separator: ", ")); only name and address are needed. A record "
            + "with the name of a camera changes it; what it leaves empty stays. A record that is wrong is reported with "
            + "its line, the others are imported. - reads standard input.",
        operands: "FILE", operandCount: 1...1
    ) { input in
        let configuration = try AppConfiguration.load(input)
        let database = try await configuration.repositories()
        let known = try await database.cameras.cameras()
        let table = try CameraTable(
            try read(input.operands[0]), known: known, policy: try configuration.addressPolicy(),
            allowsFiles: try configuration[AppSettings.allowFiles], at: Date())
        var failures = 0
        for record in table.records {
            do { try await database.cameras.save(try record.get()) } catch {
                failures += 1
                Console.error("\(error)")
            }
        }
        Console.error("\(table.records.count - failures) cameras imported, \(failures) refused")
        return failures == 0 ? .done : .failed
    }

    static let exporting = CommandDefinition(
        path: ["camera", "export"], summary: "Print the cameras as a CSV table, without their passwords"
    ) { input in
        let database = try await AppConfiguration.load(input).repositories()
        let cameras = try await database.cameras.cameras()
        Console.output(String(decoding: CameraTable.write(cameras), as: UTF8.self), terminator: "")
        return .done
    }

    /// Not more than a table may have, and one byte by which the table's reader sees that it is too long.
    private static func read(_ file: String) throws -> Data {
        let handle = file == "-" ? FileHandle.standardInput : FileHandle(forReadingAtPath: file)
        guard let data = try handle?.read(upToCount: CameraTable.maximumBytes + 1) ?? (handle.map { _ in Data() })
        else {
            throw CommandFailure("cannot read '\(file)'")
        }
        return data
    }
}
