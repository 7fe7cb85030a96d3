/// Puts the fragments that RTP brings together to access units, and leaves out at once what nobody wants.
///
/// A unit is complete when the first fragment with another timestamp arrives. Parameter sets that come apart from their
/// picture are put before it, and those of an earlier one before a key picture that has none of its own.
struct AccessUnitAssembler {
    private let codec: VideoCodec
    private let maximumBytes: Int
    private var unit: AccessUnit?
    private var content: NALUnits = []
    private var isCorrupt = false
    private var parameterSets: [UInt8] = []

    /// Leaves every picture out that decoding cannot begin with.
    var keepsOnlyKeyUnits = false

    init(codec: VideoCodec, maximumBytes: Int) {
        self.codec = codec
        self.maximumBytes = maximumBytes
    }

    /// Takes the next packet and gives back the unit that it shows to be complete, if any.
    mutating func add(_ packet: DemuxedPacket, at now: @autoclosure () -> Double) -> AccessUnit? {
        guard codec == .h264 || codec == .hevc else { return wholeUnit(packet, at: now()) }
        var complete: AccessUnit?
        if let current = unit, current.timestamp != packet.timestamp {
            complete = finish(current)
            unit = nil
        }
        if unit == nil {
            unit = AccessUnit(bytes: [], timestamp: packet.timestamp, arrivedAt: now(), isKey: false)
            content = []
            isCorrupt = false
        }
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

    private mutating func finish(_ complete: AccessUnit) -> AccessUnit? {
        if content.isDisjoint(with: .picture) {
            if content.contains(.parameters) { parameterSets = complete.bytes }
            return nil
        }
        guard !isCorrupt else { return nil }
        var complete = complete
        complete.isKey =
            content.contains(.keyPicture) || (content.contains(.recoveryPoint) && content.contains(.otherPicture))
        guard complete.isKey || !keepsOnlyKeyUnits else { return nil }
        if complete.isKey && !content.contains(.parameters) { complete.bytes = parameterSets + complete.bytes }
        return complete
    }

    /// Packets of all other codecs are whole pictures already.
    private func wholeUnit(_ packet: DemuxedPacket, at now: Double) -> AccessUnit? {
        guard !packet.isCorrupt, unsafe packet.bytes.count <= maximumBytes else { return nil }
        let isKey = packet.isKey || codec != .mpeg4
        return unsafe AccessUnit(
            bytes: Array(packet.bytes), timestamp: packet.timestamp, arrivedAt: now, isKey: isKey)
    }
}
