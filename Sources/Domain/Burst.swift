/// Which shot of which burst a picture is.
package struct BurstPlace: Hashable, Sendable, Codable {
    /// The first snapshot that was stored of the burst.
    package var id: SnapshotID
    /// From 0.
    package var shot: Int
    /// Pictures the burst was to have.
    package var shots: Int

    package init(id: SnapshotID, shot: Int, shots: Int) {
        self.id = id
        self.shot = shot
        self.shots = shots
    }
}

extension SnapshotTaken {
    /// Nil for a single picture.
    package var place: BurstPlace? { burstID.map { BurstPlace(id: $0, shot: shot, shots: shots) } }
}

/// What the shots of one burst say together: the same face in several of them is one sighting, and they vote on its mask.
package struct Burst: Sendable {
    /// One person, as far as the boxes tell.
    package struct Sighting: Hashable, Sendable {
        package var mask: MaskState
        /// The middle of its first box, in parts of the picture.
        package var middle: Polygon.Point
    }

    package let sightings: [Sighting]

    /// Boxes of two shots that overlap by this much, as intersection over union, are of the same face.
    package static let minimumOverlap: Float = 0.3

    /// - Parameter shots: those that are there, in any order.
    package init(_ shots: [Observation]) {
        var tracks: [Track] = []
        for shot in shots.sorted(by: { ($0.burst?.shot ?? 0, $0.snapshotID) < ($1.burst?.shot ?? 0, $1.snapshotID) }) {
            Self.link(shot, to: &tracks)
        }
        sightings = tracks.map { Sighting(mask: $0.vote(among: shots.count), middle: $0.middle) }
    }

    /// The pairs that overlap most are linked first.
    private static func link(_ shot: Observation, to tracks: inout [Track]) {
        var pairs: [(track: Int, face: Int, overlap: Float)] = []
        for (track, known) in tracks.enumerated() {
            for (face, seen) in shot.faces.enumerated() {
                let overlap = known.last.intersectionOverUnion(seen.box)
                if overlap >= minimumOverlap { pairs.append((track, face, overlap)) }
            }
        }
        var (linkedTracks, linkedFaces) = (Set<Int>(), Set<Int>())
        for pair in pairs.sorted(by: { $0.overlap > $1.overlap })
        where !linkedTracks.contains(pair.track) && !linkedFaces.contains(pair.face) {
            linkedTracks.insert(pair.track)
            linkedFaces.insert(pair.face)
            tracks[pair.track].add(shot.faces[pair.face])
        }
        for (index, face) in shot.faces.enumerated() where !linkedFaces.contains(index) {
            tracks.append(Track(face, in: shot))
        }
    }

    private struct Track {
        private(set) var last: Box
        let middle: Polygon.Point
        private var votes: [MaskState: Int] = [:]

        init(_ face: Face, in shot: Observation) {
            last = face.box
            middle = shot.middle(of: face.box)
            votes[face.mask] = 1
        }

        mutating func add(_ face: Face) {
            last = face.box
            votes[face.mask, default: 0] += 1
        }

        /// More than half of the shots must agree: what is seen in one blurred shot alone stays `unknown`.
        func vote(among shots: Int) -> MaskState {
            votes.first { $0.key != .unknown && $0.value * 2 > shots }?.key ?? .unknown
        }
    }
}

extension Observation {
    /// The middle of a box in parts of the picture.
    package func middle(of box: Box) -> Polygon.Point {
        Polygon.Point(
            x: Double(box.x + box.width / 2) / Double(max(1, width)),
            y: Double(box.y + box.height / 2) / Double(max(1, height)))
    }
}
