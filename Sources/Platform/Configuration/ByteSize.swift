/// A number of bytes as people write it: `500MB`, `20 GB`, `1GiB`, `1048576`.
package struct ByteSize: Hashable, Sendable, CustomStringConvertible {
    package let bytes: Int

    package init(bytes: Int) { self.bytes = bytes }

    package init?(_ text: String) {
        let trimmed = text.filter { !$0.isWhitespace }
        let digits = trimmed.prefix { $0.isNumber || $0 == "." }
        let unit = trimmed.dropFirst(digits.count).uppercased()
        guard let number = Double(digits), number >= 0, let factor = Self.factors[unit] else { return nil }
        let bytes = number * factor
        guard bytes < 1e18 else { return nil }
        self.bytes = Int(bytes)
    }

    private static let factors: [String: Double] = [
        "": 1, "B": 1, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12, "KIB": 1024, "MIB": 1_048_576,
        "GIB": 1_073_741_824, "TIB": 1_099_511_627_776,
    ]

    package var description: String {
        for (unit, factor) in [("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("KB", 1e3)] where Double(bytes) >= factor {
            return "\((Double(bytes) / factor * 10).rounded() / 10) \(unit)"
        }
        return "\(bytes) B"
    }
}

extension Setting where Value == ByteSize {
    package init(_ key: String, default text: String, help: String) {
        self.init(key, default: text, help: help) { text throws(SettingFormatError) in
            guard let size = ByteSize(text) else { throw SettingFormatError("a size such as 500MB or 20GB") }
            return size
        }
    }
}

extension Setting where Value == Duration {
    /// `90s`, `15m`, `12h`, `7d`; a bare number is seconds.
    package init(_ key: String, default text: String, help: String) {
        self.init(key, default: text, help: help) { text throws(SettingFormatError) in
            let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
            let factor = text.last.flatMap { units[$0] }
            guard let number = Double(factor == nil ? text : String(text.dropLast())), number >= 0, number < 1e9 else {
                throw SettingFormatError("a time such as 30s, 15m, 12h or 7d")
            }
            return .seconds(number * (factor ?? 1))
        }
    }
}
