import Grabber

/// How many workers a demand needs, and what it does to the shared parts. Arithmetic only: every figure is linear in the
/// pictures a second but for the queue, which `QueueSimulation` plays through.
struct CapacityPlan: Hashable, Sendable {
    /// Most cameras of one grabber, whatever its processor time allows.
    static let camerasPerGrabber = AppSettings.defaultCapacity
    /// Seconds of the outage that the queue is planned for.
    static let outage = 600.0

    let demand: CapacityDemand
    let costs: UnitCosts

    init(_ demand: CapacityDemand, costs: UnitCosts = UnitCosts()) {
        self.demand = demand
        self.costs = costs
    }

    var grabbers: Int {
        max(workers(using: grabberCores), Self.up(Double(demand.cameras) / Double(Self.camerasPerGrabber)))
    }
    var processors: Int { workers(using: demand.picturesPerSecond * costs.processor) }
    var models: Int { Self.up(demand.picturesPerSecond / (demand.modelRate * demand.utilisation)) }
    var analyzers: Int { workers(using: demand.picturesPerSecond * costs.analyzer) }

    /// Cores of all workers together but for the model's.
    var cores: Double { grabberCores + demand.picturesPerSecond * (costs.processor + costs.analyzer) }

    /// Where pictures are rare, a session is opened for every burst, as grabbers do by themselves.
    private var grabberCores: Double {
        let cameras = Double(demand.cameras)
        let watching =
            demand.every < SessionPolicy.onDemandInterval
            ? cameras * costs.receiving : cameras / demand.every * costs.session
        return watching + demand.picturesPerSecond * costs.grabbing
    }
    /// Resident bytes of one grabber.
    var grabberMemory: Double {
        costs.grabberBytes + costs.cameraBytes * Double(demand.cameras) / Double(grabbers)
    }

    /// Bytes a second to the store, from it, and to the model API.
    var networkBytes: Double { 3 * demand.picturesPerSecond * demand.pictureBytes }
    var storeBytes: Double { demand.picturesPerSecond * demand.pictureBytes * demand.keepPictures }

    /// Bytes of the database once retention deletes as much as comes in.
    var databaseBytes: Double {
        databaseBytesPerDay / 86_400 * demand.keepPictures
            + Double(demand.cameras) * costs.bucketsPerCamera * costs.bucketBytes
    }
    /// Bytes a day until then.
    var databaseBytesPerDay: Double {
        86_400 * demand.picturesPerSecond * (costs.observationBytes + demand.facesPerPicture * costs.faceBytes)
    }

    /// Pictures that wait after every model worker was away for `outage` seconds.
    var depthAfterOutage: Double { demand.picturesPerSecond * Self.outage }
    /// Seconds until they are worked off; nil if the workers are only just enough.
    var catchUp: Double? {
        let spare = Double(models) * demand.modelRate - demand.picturesPerSecond
        return spare > 0 ? depthAfterOutage / spare : nil
    }

    private func workers(using cores: Double) -> Int {
        Self.up(cores / (demand.workerCores * demand.utilisation))
    }

    private static func up(_ count: Double) -> Int { max(1, Int(count.rounded(.up))) }
}
