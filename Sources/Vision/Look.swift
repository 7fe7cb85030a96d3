import Inference

/// A picture as the detector is given it once.
struct Look: Sendable {
    let input: DetectorInput
    let tensor: Tensor
}

/// What the network says of a look.
struct SeenLook: Sendable {
    let input: DetectorInput
    let response: InferResponse
    /// Which of the looks that were given together.
    var item = 0
}
