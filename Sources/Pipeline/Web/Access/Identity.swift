import Domain

/// Who sends a request, and by what it is known.
struct Identity: Hashable, Sendable {
    let user: User
    let token: AccessToken
}
