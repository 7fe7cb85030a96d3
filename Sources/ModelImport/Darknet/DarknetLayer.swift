/// What a section of a `.cfg` file computes.
enum DarknetLayer {
    struct Convolution {
        var filters: Int
        /// Pixels, both ways.
        var size: Int
        var stride: Int
        var padding: Int
        var groups: Int
        var normalises: Bool
        var activation: DarknetActivation
    }

    struct Pooling {
        var size: Int
        var stride: Int
        /// Of both sides together; the odd pixel is at the right and the bottom.
        var padding: Int
    }

    struct Head {
        /// Width and height in pixels of the network's input.
        var anchors: [[Float]]
        var classes: Int
        var scaleXY: Float
        var newCoords: Bool
        var suppression: DarknetSuppression
        /// Pixels of the input a cell.
        var stride: Int
    }

    case convolution(Convolution)
    /// Joins the channels of earlier layers, of each only one of `groups` equal parts.
    case route(sources: [Int], groups: Int, group: Int)
    case shortcut(sources: [Int], activation: DarknetActivation)
    case upsample(factor: Int)
    case maxPool(Pooling)
    case yolo(Head)
}

/// `nms_kind` and `beta_nms`.
struct DarknetSuppression: Hashable {
    var isDistance: Bool
    var beta: Float
}

enum DarknetActivation: String, CaseIterable {
    case linear, leaky, mish, relu, logistic, swish
}

/// What flows between layers for one picture.
struct DarknetShape: Hashable {
    var channels: Int
    var height: Int
    var width: Int
}
