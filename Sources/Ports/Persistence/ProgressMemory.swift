package import Domain

/// The parts of a rule's progress that few rules have, as they are stored.
package struct ProgressMemory: Codable, Sendable {
    package let run: RuleProgress.Run?
    package let window: [RuleProgress.WindowPart]

    /// Nil if there is nothing.
    package init?(_ progress: RuleProgress) {
        guard progress.run != nil || !progress.window.isEmpty else { return nil }
        run = progress.run
        window = progress.window
    }

    package var text: String { get throws { String(decoding: try JSON.encode(self), as: UTF8.self) } }
}
