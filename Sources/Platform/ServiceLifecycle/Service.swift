/// Something that runs for as long as the process does. `run()` returns after its task was cancelled and what it holds
/// is safe; returning earlier or throwing stops the whole process.
package protocol Service: Sendable {
    /// Shown in logs and in `/readyz`.
    var name: String { get }

    func run() async throws
}
