extension Array where Element: Sendable {
    /// Calls `body` for every element, at most `width` at a time, and gives the values in the order of the elements.
    /// - Throws: what the first failing call threw; those not yet begun are left out.
    func mapSideBySide<Value: Sendable>(
        atMost width: Int, _ body: @escaping @Sendable (Element) async throws -> Value
    ) async throws -> [Value] {
        try await withThrowingTaskGroup(of: (Int, Value).self) { group in
            var values: [Int: Value] = [:]
            for (index, element) in enumerated() {
                if index >= width, let done = try await group.next() { values[done.0] = done.1 }
                group.addTask { (index, try await body(element)) }
            }
            for try await done in group { values[done.0] = done.1 }
            return indices.compactMap { values[$0] }
        }
    }
}
