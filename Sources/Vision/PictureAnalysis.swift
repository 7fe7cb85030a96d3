package import Domain

/// What was seen in one picture.
package struct PictureAnalysis: Sendable, Hashable {
    /// Milliseconds. `detect` and `classify` include waiting for the backend; the faces of pictures that were given together
    /// are classified together, so each of these pictures shows the same `classify`.
    package struct Timings: Sendable, Hashable, Codable {
        package var decode = 0.0
        package var detect = 0.0
        package var classify = 0.0
        package var total = 0.0

        package init() {}
    }

    /// Pixels, as the picture is shown.
    package var width: Int
    package var height: Int
    /// Best detection first.
    package var faces: [Face]
    package var timings: Timings
    /// `name/version` of the models that looked at it.
    package var models: [String]

    package init(width: Int, height: Int, faces: [Face], timings: Timings, models: [String] = []) {
        self.width = width
        self.height = height
        self.faces = faces
        self.timings = timings
        self.models = models
    }
}
