/// What an installation is asked to do.
struct CapacityDemand: Hashable, Sendable {
    var cameras = 100
    /// Seconds from burst to burst.
    var every = 5.0
    /// Pictures in a burst.
    var shots = 1
    /// Of one stored picture.
    var pictureBytes = 150_000.0
    var facesPerPicture = 1.0
    /// Pictures a second that one model worker looks at.
    var modelRate = 26.0
    /// Seconds that pictures and observations are kept.
    var keepPictures = 3 * 86_400.0
    /// Cores a worker may use, but for the model's.
    var workerCores = 0.2
    /// Share of a worker's limit that is planned with; the rest is for peaks and for workers that die.
    var utilisation = 0.7

    var picturesPerSecond: Double { Double(cameras * shots) / every }
}

/// What one picture costs each role, and how much is kept of it. The grabber's cost (1080p25, a picture every 5 s) and the
/// bytes of observations (SQLite, 3953 rows) were measured; the processor's, the analyzer's and memory are estimates.
struct UnitCosts: Hashable, Sendable {
    /// Core seconds a picture: receiving the stream between two pictures is in it, at a picture every 5 s.
    var grabber = 0.036
    /// Core seconds a picture: fetching it, asking the model API, publishing.
    var processor = 0.004
    /// Core seconds an observation: one transaction with statistics and rules.
    var analyzer = 0.002
    /// Bytes of a database row of an observation without faces, its indices included.
    var observationBytes = 420.0
    /// Bytes that each face adds.
    var faceBytes = 230.0
    /// Bytes of a bucket of statistics, and how many a camera has at any time: minutes of two days, hours of 90 days, days
    /// of five years.
    var bucketBytes = 190.0
    var bucketsPerCamera = 2.0 * 1440 + 90 * 24 + 5 * 365
    /// Resident bytes of a grabber, and what each camera adds.
    var grabberBytes = 48e6
    var cameraBytes = 6e6
}
