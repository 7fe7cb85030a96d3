/// A process that does one role.
package struct Worker: Hashable, Sendable, Codable {
    package let id: WorkerID
    package let role: String

    package init(id: WorkerID = WorkerID(), role: String) {
        self.id = id
        self.role = role
    }
}
