package import Domain

/// Whether a session stays open between bursts, and how old a picture may be.
package struct SessionPolicy: Sendable {
    private let sampling: Sampling

    /// From this interval on, in seconds, opening a session for every burst costs less than receiving all the time.
    package static let onDemandInterval = 20.0

    package init(_ sampling: Sampling) { self.sampling = sampling }

    /// - Parameter keyFrameInterval: as measured, nil if unknown. A session must wait for a key frame before its first
    ///   picture; where they are rare, staying connected is cheaper.
    package func staysOpen(keyFrameInterval: Double?) -> Bool {
        switch sampling.mode {
        case .persistent: true
        case .onDemand: false
        case .auto: sampling.every < max(Self.onDemandInterval, 4 * (keyFrameInterval ?? 0))
        }
    }

    /// Seconds. Half an interval for single pictures, so that a key frame will often do and nothing else is decoded; the
    /// spacing for bursts, so that their shots differ.
    package var maximumAge: Double {
        sampling.shots > 1 ? min(sampling.spacing, sampling.every / 2) : sampling.every / 2
    }

    /// Seconds without a packet after which a live camera counts as gone: two intervals, within sensible bounds.
    package var readLimit: Double { min(10, max(3, 2 * sampling.every)) }
}
