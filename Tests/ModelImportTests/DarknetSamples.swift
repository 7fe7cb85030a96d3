import Foundation

/// Networks in darknet's words, small enough to be run often.
enum DarknetSamples {
    /// Every layer and most options that can be imported, in the manner of the tiny networks.
    static let tiny = """
        [net]
        width=96
        height=64
        channels=3
        learning_rate=0.001

        [convolutional] # first
        batch_normalize=1
        filters=8
        size=3
        stride=2
        pad=1
        activation=leaky

        [route]
        layers=-1
        groups=2
        group_id=1

        [convolutional]
        batch_normalize=1
        filters=8
        size=3
        pad=1
        activation=mish

        [convolutional]
        batch_normalize=1
        filters=8
        size=1
        activation=swish

        [shortcut]
        from=0
        activation=linear

        [maxpool]
        size=2
        stride=2

        [convolutional]
        batch_normalize=1
        filters=16
        groups=4
        size=3
        stride=2
        pad=1
        activation=relu

        [maxpool]
        size=2
        stride=1

        [maxpool]
        size=5
        stride=1

        [route]
        layers=-1,-2,-3

        [convolutional]
        filters=21
        size=1
        activation=linear

        [yolo]
        mask=3,4,5
        anchors=4,6, 8,10, 12,16, 20,26, 34,44, 60,78
        classes=2
        num=6
        scale_x_y=1.05
        nms_kind=greedynms
        beta_nms=0.6

        [route]
        layers=-3

        [convolutional]
        filters=8
        size=1
        batch_normalize=1
        activation=leaky

        [upsample]
        stride=2

        [route]
        layers=-1,5

        [convolutional]
        filters=21
        size=1
        activation=logistic

        [yolo]
        mask=0,1,2
        anchors=4,6, 8,10, 12,16, 20,26, 34,44, 60,78
        classes=2
        num=6
        scale_x_y=2.0
        new_coords=1
        nms_kind=greedynms
        beta_nms=0.6
        """

    /// One convolution and a head with one class, and its nine weights and biases.
    static let least = """
        [net]
        width=32
        height=32
        [convolutional]
        filters=6
        size=1
        stride=32
        activation=linear
        [yolo]
        anchors=10,12
        classes=1
        """

    static func weights(count: Int, header: [Int32] = [0, 2, 5, 0, 0]) -> Data {
        var data = Data()
        header.forEach { value in
            unsafe withUnsafeBytes(of: value.littleEndian) { unsafe data.append(contentsOf: $0) }
        }
        for index in 0..<count {
            let bits = (Float(index % 7) / 10).bitPattern
            unsafe withUnsafeBytes(of: bits.littleEndian) { unsafe data.append(contentsOf: $0) }
        }
        return data
    }
}
