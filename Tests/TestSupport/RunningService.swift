package import ServiceLifecycle

/// Runs services while a test body runs, then stops them and waits until they have.
package func whileRunning<Value>(
    _ services: any Service..., body: () async throws -> Value
) async throws -> Value {
    let tasks = services.map { service in Task { try await service.run() } }
    let result: Result<Value, any Error>
    do { result = .success(try await body()) } catch { result = .failure(error) }
    for task in tasks.reversed() {
        task.cancel()
        _ = try? await task.value
    }
    return try result.get()
}
