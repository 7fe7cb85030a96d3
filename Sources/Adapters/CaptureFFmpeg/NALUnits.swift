/// What a piece of an H.264 or H.265 byte stream holds, told from the headers of its NAL units.
struct NALUnits: OptionSet {
    let rawValue: UInt8

    /// A slice of a picture that decoding may begin with.
    static let keyPicture = NALUnits(rawValue: 1)
    /// A slice of any other picture.
    static let otherPicture = NALUnits(rawValue: 2)
    /// Sequence or picture parameters.
    static let parameters = NALUnits(rawValue: 4)
    /// A message that decoding may begin with the slices that follow (H.264 recovery point without delay).
    static let recoveryPoint = NALUnits(rawValue: 8)

    static let picture: NALUnits = [.keyPicture, .otherPicture]

    /// - Parameter bytes: begins with a start code, or is the rest of a NAL unit and then holds none.
    static func found(in bytes: UnsafeRawBufferPointer, codec: VideoCodec) -> NALUnits {
        guard var index = unsafe headerAfterStartCode(in: bytes, from: 0), index <= 4 else { return [] }
        var found: NALUnits = []
        while true {
            let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[index...])
            unsafe found.insert(kind(of: rest, codec))
            // Nothing of interest follows the slices of a picture inside one access unit.
            guard found.isDisjoint(with: .picture), let next = unsafe headerAfterStartCode(in: bytes, from: index)
            else {
                return found
            }
            index = next
        }
    }

    private static func kind(of unit: UnsafeRawBufferPointer, _ codec: VideoCodec) -> NALUnits {
        codec == .hevc ? unsafe hevc(unit[0]) : unsafe h264(unit)
    }

    /// ITU-T H.264, table 7-1; SEI payload 6 is the recovery point (D.1.8), its count 0 is the single bit 1.
    private static func h264(_ unit: UnsafeRawBufferPointer) -> NALUnits {
        switch unsafe unit[0] & 0x1F {
        case 5: .keyPicture
        case 1, 2: .otherPicture
        case 7, 8: .parameters
        case 6: unsafe unit.count > 3 && unit[1] == 6 && unit[3] & 0x80 != 0 ? .recoveryPoint : []
        default: []
        }
    }

    /// ITU-T H.265, table 7-1: 16...21 are the pictures for random access, 32...34 the parameter sets.
    private static func hevc(_ header: UInt8) -> NALUnits {
        switch (header >> 1) & 0x3F {
        case 16...21: .keyPicture
        case 0...9: .otherPicture
        case 32...34: .parameters
        default: []
        }
    }

    /// The index of the byte after the next `00 00 01`, if there is one.
    private static func headerAfterStartCode(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var index = start
        while index + 3 < bytes.count {
            if unsafe bytes[index + 2] > 1 {
                index += 3
            } else if unsafe bytes[index] == 0 && bytes[index + 1] == 0 && bytes[index + 2] == 1 {
                return index + 3
            } else {
                index += 1
            }
        }
        return nil
    }
}
