package import Domain

/// Who may use a route.
package enum Access: String, Hashable, Sendable, CaseIterable {
    /// Anyone who reaches the server.
    case everyone = "public"
    /// Anyone who is signed in.
    case viewer
    case administrator

    package func admits(_ role: User.Role) -> Bool {
        switch self {
        case .everyone, .viewer: true
        case .administrator: role == .administrator
        }
    }
}
