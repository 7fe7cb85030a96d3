/// What the HTTP API answers, as far as the tests look at it.
enum Answers {
    struct Camera: Decodable {
        struct Status: Decodable {
            struct Stream: Decodable {
                let codec: String
                let width: Int
                let height: Int
            }

            let state: String
            let stream: Stream?
            let taken: Int
        }

        let id: String
        let name: String
        let status: Status?
        let latest: Observation?
    }

    struct Cameras: Decodable { let cameras: [Camera] }

    struct Observation: Decodable {
        struct Face: Decodable { let mask: String }

        let snapshotId: String
        let cameraId: String
        let takenAt: String
        let faces: [Face]

        var counts: [String: Int] { faces.reduce(into: [:]) { $0[$1.mask, default: 0] += 1 } }
    }

    struct Observations: Decodable { let observations: [Observation] }

    struct Incident: Decodable {
        let id: String
        let cameraId: String
        let state: String
        let peakFaces: Int
    }

    struct Incidents: Decodable { let incidents: [Incident] }

    struct Identified: Decodable { let id: String }

    struct Rules: Decodable { let rules: [Identified] }

    struct Channel: Decodable {
        let id: String
        let secret: String
    }

    struct System: Decodable {
        struct Counts: Decodable {
            let taken: Int
            let observed: Int
            let failed: Int
            let inFlight: Int
            let expired: Int
        }

        let counts: Counts
        let models: [String]
    }

    struct Statistics: Decodable {
        struct Bucket: Decodable {
            let pictures: Int
            let wornCorrectly: Int
            let wornIncorrectly: Int
            let without: Int
            let unknown: Int
        }

        let buckets: [Bucket]
    }

    struct Probe: Decodable {
        let picture: String
        let secondsToFirstPicture: Double
        let stream: Camera.Status.Stream
    }

    struct Problem: Decodable {
        let code: String?
        let detail: String?
    }
}
