/// `maskwatch simulate`: how much an installation of a given size needs.
enum SimulateCommand {
    private static let cameras = CommandOption(name: "--cameras", value: "N", help: "cameras (default 100)")
    private static let every = CommandOption(
        name: "--every", value: "SECONDS", help: "seconds from burst to burst (default 5)")
    private static let shots = CommandOption(name: "--shots", value: "N", help: "pictures in a burst (default 1)")
    private static let picture = CommandOption(
        name: "--picture-bytes", value: "N", help: "bytes of a stored picture (default 150000)")
    private static let faces = CommandOption(
        name: "--faces", value: "N", help: "faces in a picture, on average (default 1)")
    private static let rate = CommandOption(
        name: "--model-rate", value: "N",
        help: "pictures a second of one model worker (default 26; measure with maskwatch bench pipeline)")
    private static let keep = CommandOption(
        name: "--keep-days", value: "N", help: "days that pictures are kept (default 3)")
    private static let cores = CommandOption(
        name: "--worker-cores", value: "N", help: "cores a worker may use (default 0.2)")

    static let definition = CommandDefinition(
        path: ["simulate"], summary: "Say what an installation of some size needs",
        details:
            "Workers of each role, memory, network, store, database, and how deep the queue becomes. What a picture "
            + "costs each role was measured (docs/capacity.md); other machines differ.",
        options: [cameras, every, shots, picture, faces, rate, keep, cores, .json]
    ) { input in
        var demand = CapacityDemand()
        demand.cameras = try input.number(cameras, in: 1...1_000_000) ?? demand.cameras
        demand.every = try input.number(every, in: 0.2...86_400) ?? demand.every
        demand.shots = try input.number(shots, in: 1...10) ?? demand.shots
        demand.pictureBytes = try input.number(picture, in: 1000...100_000_000) ?? demand.pictureBytes
        demand.facesPerPicture = try input.number(faces, in: 0...1000) ?? demand.facesPerPicture
        demand.modelRate = try input.number(rate, in: 0.1...100_000) ?? demand.modelRate
        demand.keepPictures = try input.number(keep, in: 0.01...3650).map { $0 * 86_400 } ?? demand.keepPictures
        demand.workerCores = try input.number(cores, in: 0.05...64) ?? demand.workerCores
        let plan = CapacityPlan(demand)
        var random = SystemRandomNumberGenerator()
        let queue = QueueSimulation(demand, models: plan.models).run(using: &random)
        let report = CapacityReport(plan: plan, queue: queue)
        Console.output(input.has(.json) ? try report.json() : report.text)
        return .done
    }
}
