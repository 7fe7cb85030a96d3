/// Puts the fragments that RTP brings together to access units, and leaves out at once what nobody wants.
///
/// A unit is complete when the first fragment with another timestamp arrives. Parameter sets that come apart from their
/// picture are put before it, and those of an earlier one before a key picture that has none of its own.
struct AccessUnitAssembler {
    enum Output {
        case unit(AccessUnit)
        /// A unit arrived damaged: those after it are of no use before the next key frame.
        case damage
    }

    private let codec: VideoCodec
    private let maximumBytes: Int
    private var unit: AccessUnit?
    private var content: NALUnits = []
    private var isCorrupt = false
    private var hasLost = false
    private var parameterSets: [UInt8] = []

    /// Leaves every picture out that decoding cannot begin with.
    var keepsOnlyKeyUnits = false

    init(codec: VideoCodec, maximumBytes: Int) {
        self.codec = codec
        self.maximumBytes = maximumBytes
    }

    /// Packets before the next one were lost: the unit they ended and the one they began are damaged.
    mutating func noteLoss() {
        hasLost = true
        isCorrupt = true
    }

    /// Takes the next packet and gives back what it shows to be complete, if anything.
    mutating func add(_ packet: DemuxedPacket, at now: @autoclosure () -> Double) -> Output? {
        guard codec == .h264 || codec == .hevc else { return wholeUnit(packet, at: now()) }
        var complete: Output?
        if let current = unit, current.timestamp != packet.timestamp {
            complete = finish(current)
            unit = nil
        }
        if unit == nil {
            unit = AccessUnit(bytes: [], timestamp: packet.timestamp, arrivedAt: now(), isKey: false)
            content = []
            isCorrupt = hasLost
        }
        hasLost = false
        append(packet)
        return complete
    }

    private mutating func append(_ packet: DemuxedPacket) {
        content.formUnion(unsafe NALUnits.found(in: packet.bytes, codec: codec))
        isCorrupt = isCorrupt || packet.isCorrupt
        let isUnwanted = keepsOnlyKeyUnits && content.contains(.otherPicture) && !content.contains(.recoveryPoint)
        guard !isUnwanted, !isCorrupt else { return }
        unsafe unit?.bytes.append(contentsOf: packet.bytes)
        if unit?.bytes.count ?? 0 > maximumBytes { isCorrupt = true }
    }

    private mutating func finish(_ complete: AccessUnit) -> Output? {
        guard !isCorrupt else { return .damage }
        if content.isDisjoint(with: .picture) {
            if content.contains(.parameters) { parameterSets = complete.bytes }
            return nil
        }
        var complete = complete
        complete.isKey =
            content.contains(.keyPicture) || (content.contains(.recoveryPoint) && content.contains(.otherPicture))
        guard complete.isKey || !keepsOnlyKeyUnits else { return nil }
        if complete.isKey && !content.contains(.parameters) { complete.bytes = parameterSets + complete.bytes }
        return .unit(complete)
    }

    /// Packets of all other codecs are whole pictures already.
    private func wholeUnit(_ packet: DemuxedPacket, at now: Double) -> Output? {
        guard !packet.isCorrupt, unsafe packet.bytes.count <= maximumBytes else { return .damage }
        let isKey = packet.isKey || codec != .mpeg4
        return unsafe .unit(
            AccessUnit(bytes: Array(packet.bytes), timestamp: packet.timestamp, arrivedAt: now, isKey: isKey))
    }
}
