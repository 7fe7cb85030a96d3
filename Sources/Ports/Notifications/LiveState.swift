package import Domain

/// How the cameras are at the moment, for channels that show it all the time.
package struct LiveState: Hashable, Sendable {
    package struct Camera: Hashable, Sendable {
        package let id: CameraID
        package let name: String
        package let isOnline: Bool
        package let hasOpenIncident: Bool
        /// Of the newest picture; every state has its count.
        package let faces: [MaskState: Int]
        /// Whether a picture that was sent of it may still be shown.
        package let keepsEvidence: Bool

        package init(
            id: CameraID, name: String, isOnline: Bool, hasOpenIncident: Bool, faces: [MaskState: Int],
            keepsEvidence: Bool = true
        ) {
            self.id = id
            self.name = name
            self.isOnline = isOnline
            self.hasOpenIncident = hasOpenIncident
            self.faces = faces
            self.keepsEvidence = keepsEvidence
        }
    }

    package let cameras: [Camera]

    package init(cameras: [Camera] = []) { self.cameras = cameras }
}

/// Channels that do not only tell what happened but show how things are.
package protocol LiveStateDisplay: Sendable {
    /// Whether there is anything to show on the channel.
    func shows(_ channel: Channel) -> Bool
    /// - Parameter channels: those that are on; what was shown on others is taken back.
    /// - Returns: of the channels on which it could not be shown, why.
    func show(_ state: LiveState, on channels: [Channel]) async -> [ChannelID: String]
    /// Says on every channel that nothing is shown any more.
    func stop() async
}
