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

/// What one picture costs each role, and how much is kept of it: measured, with the conditions in docs/capacity.md, but for
/// the bytes of a bucket, which are counted from the columns, and the memory of a grabber, which is what it may take.
struct UnitCosts: Hashable, Sendable {
    /// Core share of a camera whose stream is received all the time (1080p25, 4 Mbit/s).
    var receiving = 0.0045
    /// Core seconds a picture, beyond receiving: decoding, checking, encoding, storing, announcing.
    var grabbing = 0.027
    /// Core seconds of opening a session for one burst, and of closing it.
    var session = 0.01
    /// Core seconds a picture: fetching it, asking the model API, publishing.
    var processor = 0.001
    /// Core seconds an observation: one transaction with statistics and rules.
    var analyzer = 0.0015
    /// Bytes of a database row of an observation without faces, its indices included.
    var observationBytes = 420.0
    /// Bytes that each face adds.
    var faceBytes = 230.0
    /// Bytes of a bucket of statistics, and how many a camera has at any time: minutes of 7 days, hours of 90 days, days
    /// of ten years.
    var bucketBytes = 190.0
    var bucketsPerCamera = 7.0 * 1440 + 90 * 24 + 3650
    /// Resident bytes of a grabber, and what each camera adds.
    var grabberBytes = 48e6
    var cameraBytes = 6e6
}
