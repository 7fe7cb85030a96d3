import Capture
import Domain

/// What the reading thread of a session and those who ask for pictures share.
struct SessionState {
    struct DecodeRequest: Sendable {
        let units: ArraySlice<AccessUnit>
        let parameters: CodecParameters
    }

    /// Known from the moment the stream is described.
    private(set) var parameters: CodecParameters?
    /// Why the session is over, once it is.
    private(set) var failure: CameraFailure?
    private(set) var group: GroupOfPictures
    private var frameRate: Double?
    private var size: (width: Int, height: Int) = (0, 0)
    private var lastTaken: Double?
    private var youngestWanted = Double.infinity
    private var unitsSinceDescribed = 0

    init(limits: CaptureLimits) { group = GroupOfPictures(maximumBytes: limits.maximumGroupBytes) }

    mutating func described(_ parameters: CodecParameters, frameRate: Double?) {
        self.parameters = parameters
        unitsSinceDescribed = 0
        self.frameRate = frameRate
        size = parameters.size
    }

    mutating func failed(_ failure: CameraFailure) {
        if self.failure == nil { self.failure = failure }
    }

    mutating func add(_ output: AccessUnitAssembler.Output) {
        switch output {
        case .unit(let unit):
            group.add(unit)
            unitsSinceDescribed += 1
        case .damage: group.cutOff()
        }
    }

    /// Notes how young pictures have to be: if key frames come more often, nothing else needs to be kept.
    mutating func request(maximumAge: Double) {
        youngestWanted = min(youngestWanted, maximumAge)
        isWaitedFor = true
    }

    /// Whether the stream ended after a single picture.
    var isStill: Bool { unitsSinceDescribed == 1 }

    /// Whether somebody waits for a picture that is not there yet.
    private(set) var isWaitedFor = false

    /// Whether key frames alone satisfy every request so far, with room for a late one.
    var needsOnlyKeyFrames: Bool {
        guard let interval = group.keyFrameInterval, lastTaken != nil else { return false }
        return interval * 1.2 < youngestWanted
    }

    /// What to decode for a picture that was not given out yet, if it is there.
    mutating func takeUnits(maximumAge: Double, now: Double) -> DecodeRequest? {
        guard let parameters, let units = group.units(newerThan: lastTaken, maximumAge: maximumAge, now: now) else {
            return nil
        }
        lastTaken = units.last?.arrivedAt
        isWaitedFor = false
        return DecodeRequest(units: units, parameters: parameters)
    }

    mutating func noteSize(width: Int, height: Int) { size = (width, height) }

    mutating func dropGroup(upTo time: Double) {
        if let first = group.units.first, first.arrivedAt <= time { group.clear() }
    }

    var description: StreamDescription {
        StreamDescription(
            codec: parameters?.codecName ?? "", width: size.width, height: size.height, frameRate: frameRate,
            keyFrameInterval: group.keyFrameInterval)
    }

    /// What to say when nothing came in time.
    var timeoutFailure: CameraFailure {
        if let failure { return failure }
        return parameters == nil
            ? LibAVError.interrupted.cameraFailure(while: .connecting)
            : CameraFailure(
                .noKeyFrame, "The camera sent no complete key frame in time. Set a shorter key-frame interval on it.")
    }
}
