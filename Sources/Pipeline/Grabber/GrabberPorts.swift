package import Capture
package import Messaging
package import ObjectStorage
package import Persistence
package import ServiceLifecycle

/// Everything outside the stage that it talks to.
package struct GrabberPorts: Sendable {
    package var leases: any CameraLeases
    package var frames: any FrameSource
    package var objects: any ObjectStore
    /// The queue `snapshots`.
    package var snapshots: any WorkQueue
    package var changes: any Broadcast
    /// Where pictures wait while store or queue are away; nil where both are on this machine, as in one process.
    package var spool: Spool?

    package init(
        leases: any CameraLeases, frames: any FrameSource, objects: any ObjectStore, snapshots: any WorkQueue,
        changes: any Broadcast, spool: Spool? = nil
    ) {
        self.leases = leases
        self.frames = frames
        self.objects = objects
        self.snapshots = snapshots
        self.changes = changes
        self.spool = spool
    }
}

/// What a grabber may be told.
package struct GrabberSettings: Sendable {
    /// Cameras this worker takes at most.
    package var capacity = 200
    /// Seconds that a lease lives without renewal.
    package var leaseLife = 15.0
    package var limits = CaptureLimits()
    package var jpegQuality = 85
    /// Between failed connections.
    package var retry = RetryPolicy(initial: .seconds(1), maximum: .seconds(60))
    /// After a refused user or password: many cameras lock a user out who tries again and again.
    package var refusedRetry = RetryPolicy(initial: .seconds(60), maximum: .seconds(300))
    /// Between tries to deliver what waits in the spool.
    package var deliveryRetry = RetryPolicy(initial: .seconds(1), maximum: .seconds(15))
    /// For one such try.
    package var deliveryLimit = Duration.seconds(120)

    package init() {}
}
