/// The fields a log entry may carry. Constants, so that a search for a key finds every use.
package enum LogKey: String, Sendable, Comparable {
    case address, attempts, bytes, camera, channel, count, error, file, incident, model, port, queue, reason, role
    case rule, seconds, site, snapshot, state, status, user, version, worker

    package static func < (a: LogKey, b: LogKey) -> Bool { a.rawValue < b.rawValue }
}
