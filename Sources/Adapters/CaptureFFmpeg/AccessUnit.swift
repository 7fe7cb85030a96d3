/// The coded bytes of one picture.
struct AccessUnit: Sendable {
    var bytes: [UInt8]
    /// In ticks of the stream's time base.
    let timestamp: Int64?
    /// When its first byte arrived, by this machine's clock, in seconds since 1970.
    let arrivedAt: Double
    /// Whether decoding may begin here.
    var isKey: Bool
}
