/// The access units from the newest key frame on, within a limit of bytes.
struct GroupOfPictures: Sendable {
    private(set) var units: [AccessUnit] = []
    private(set) var byteCount = 0
    /// Seconds from key frame to key frame; the latest distance.
    private(set) var keyFrameInterval: Double?
    private let maximumBytes: Int
    private var isCutOff = false

    init(maximumBytes: Int) { self.maximumBytes = maximumBytes }

    mutating func add(_ unit: AccessUnit) {
        if unit.isKey {
            if let last = units.first { keyFrameInterval = unit.arrivedAt - last.arrivedAt }
            units = [unit]
            byteCount = unit.bytes.count
            isCutOff = false
        } else if !units.isEmpty && !isCutOff {
            // Later units need this one: without it they are of no use before the next key frame.
            isCutOff = byteCount + unit.bytes.count > maximumBytes
            if !isCutOff {
                units.append(unit)
                byteCount += unit.bytes.count
            }
        }
    }

    /// The units to decode for a picture taken later than `last` and at most `maximumAge` seconds before `now`: the key
    /// frame alone if it is young enough, otherwise everything up to the newest. Nil if there is none yet.
    func units(newerThan last: Double?, maximumAge: Double, now: Double) -> ArraySlice<AccessUnit>? {
        func fits(_ unit: AccessUnit) -> Bool {
            unit.arrivedAt > last ?? -.infinity && now - unit.arrivedAt <= maximumAge
        }
        if let key = units.first, fits(key) { return units.prefix(1) }
        if let newest = units.last, fits(newest) { return units[...] }
        return nil
    }

    /// A unit was lost: those that came before it stay of use, those that follow are left out up to the next key frame.
    mutating func cutOff() { isCutOff = true }

    /// Forgets what was buffered, for example because it turned out to be damaged.
    mutating func clear() {
        units = []
        byteCount = 0
    }
}
