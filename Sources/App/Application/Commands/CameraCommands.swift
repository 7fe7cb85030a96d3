import Capture
import Domain
import Foundation
import Imaging
import Persistence

/// `maskwatch camera ...`: the same cameras as in the browser, from a shell.
enum CameraCommands {
    private static let username = CommandOption(name: "--username", value: "NAME", help: "user of the camera")
    private static let passwordFile = CommandOption(
        name: "--password-file", value: "FILE", help: "file that holds the password; - reads it from standard input")
    private static let transport = CommandOption(name: "--transport", value: "KIND", help: "tcp (default) or udp")
    private static let every = CommandOption(
        name: "--every", value: "SECONDS", help: "seconds from burst to burst (default 5)")
    private static let shots = CommandOption(name: "--shots", value: "N", help: "pictures in a burst (default 1)")
    private static let spacing = CommandOption(
        name: "--spacing", value: "SECONDS", help: "seconds between the shots (default 0.5)")
    private static let mode = CommandOption(
        name: "--mode", value: "MODE", help: "auto (default), persistent or on-demand")
    private static let picture = CommandOption(name: "--picture", value: "FILE", help: "write the picture to this file")
    private static let sourceOptions = [username, passwordFile, transport]

    static let add = CommandDefinition(
        path: ["camera", "add"], summary: "Register a camera",
        details: "The password never goes on the command line, where every user of the machine could read it.",
        options: sourceOptions + [every, shots, spacing, mode], operands: "NAME ADDRESS", operandCount: 2...2
    ) { input in
        let source = try source(input, address: input.operands[1])
        let camera = Camera(name: input.operands[0], source: source, sampling: try sampling(input))
        let database = try await AppConfiguration.load(input).repositories()
        try await database.cameras.save(camera)
        Console.output("\(camera.id)")
        return .done
    }

    static let list = CommandDefinition(
        path: ["camera", "list"], summary: "List the cameras and how they are", options: [.json]
    ) {
        input in
        let database = try await AppConfiguration.load(input).repositories()
        let cameras = try await database.cameras.cameras()
        let statuses = try await database.cameras.statuses()
        for camera in cameras {
            let row = CameraRow(camera: camera, status: statuses[camera.id])
            Console.output(input.has(.json) ? try row.json() : row.text)
        }
        if cameras.isEmpty, !input.has(.json) {
            Console.error("There are no cameras yet: maskwatch camera add NAME ADDRESS")
        }
        return .done
    }

    static let probe = CommandDefinition(
        path: ["camera", "probe"], summary: "Connect to a camera and say what it gives, without saving anything",
        options: sourceOptions + [picture, .json], operands: "ADDRESS", operandCount: 1...1
    ) { input in
        let configuration = try AppConfiguration.load(input)
        let source = try source(input, address: input.operands[0])
        let capture = try CaptureParts(configuration, logger: configuration.logger())
        let result = try await capture.source.probe(source, limits: capture.limits)
        let report = ProbeReport(result)
        Console.output(input.has(.json) ? try report.json() : report.text)
        if let file = input.text(picture) {
            try capture.encoder.encode(result.frame.image).write(to: URL(fileURLWithPath: file))
        }
        return .done
    }

    static let remove = CommandDefinition(
        path: ["camera", "remove"], summary: "Remove a camera; its pictures stay until retention takes them",
        operands: "ID|NAME", operandCount: 1...1
    ) { input in
        let database = try await AppConfiguration.load(input).repositories()
        let wanted = input.operands[0]
        let cameras = try await database.cameras.cameras()
        guard let camera = cameras.first(where: { $0.id.description == wanted || $0.name == wanted }) else {
            throw CommandFailure("there is no camera '\(wanted)'" + Hint.didYouMean(wanted, cameras.map(\.name)))
        }
        _ = try await database.cameras.remove(camera.id)
        return .done
    }

    private static func source(_ input: CommandInput, address: String) throws -> CameraSource {
        let password = try input.text(passwordFile).map { try PasswordInput.read(from: $0) }
        let transport = try input.choice(transport, of: CameraSource.Transport.self) ?? .tcp
        _ = try CameraAddress(address)
        return CameraSource(address: address, username: input.text(username), password: password, transport: transport)
    }

    private static func sampling(_ input: CommandInput) throws -> Sampling {
        var sampling = Sampling()
        sampling.every = try input.number(every, in: Sampling.everyRange) ?? sampling.every
        sampling.shots = try input.number(shots, in: Sampling.shotsRange) ?? sampling.shots
        sampling.spacing = try input.number(spacing, in: Sampling.spacingRange) ?? sampling.spacing
        sampling.mode = try input.choice(mode, of: Sampling.Mode.self) ?? sampling.mode
        return sampling
    }
}
