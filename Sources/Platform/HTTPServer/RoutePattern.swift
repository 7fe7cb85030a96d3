/// The path of a route: literal segments, `{name}` for any one segment, and at the end `{name...}` for all that follow
/// (at least one), joined by `/`.
struct RoutePattern: Hashable, Sendable, CustomStringConvertible {
    enum Part: Hashable, Sendable {
        case literal(String)
        case parameter(String)
        case rest(String)
    }

    let parts: [Part]
    let description: String

    init(_ text: String) {
        parts = text.split(separator: "/").map { part in
            guard part.hasPrefix("{"), part.hasSuffix("}") else { return .literal(String(part)) }
            let name = part.dropFirst().dropLast()
            return name.hasSuffix("...") ? .rest(String(name.dropLast(3))) : .parameter(String(name))
        }
        description = "/" + text.split(separator: "/").joined(separator: "/")
    }

    /// What the names stand for, or nil if the path is another.
    func match(_ segments: [String]) -> [String: String]? {
        var parameters: [String: String] = [:]
        for (index, part) in parts.enumerated() {
            guard index < segments.count else { return nil }
            switch part {
            case .literal(let text):
                guard text == segments[index] else { return nil }
            case .parameter(let name): parameters[name] = segments[index]
            case .rest(let name):
                parameters[name] = segments[index...].joined(separator: "/")
                return parameters
            }
        }
        return parts.count == segments.count ? parameters : nil
    }

    /// Of two patterns that match the same path the smaller is the better: literals before names, from the left.
    func isMoreSpecific(than other: RoutePattern) -> Bool {
        for (mine, theirs) in zip(parts, other.parts) where mine.rank != theirs.rank { return mine.rank < theirs.rank }
        return parts.count > other.parts.count
    }
}

extension RoutePattern.Part {
    fileprivate var rank: Int {
        switch self {
        case .literal: 0
        case .parameter: 1
        case .rest: 2
        }
    }
}
