package import Foundation

/// A group of cameras at one place, with one clock on the wall.
package struct Site: Hashable, Sendable, Identifiable {
    package let id: SiteID
    package var name: String
    /// An IANA name such as `Europe/Madrid`.
    package var timeZone: TimeZone

    package init(id: SiteID = SiteID(), name: String, timeZone: TimeZone) {
        self.id = id
        self.name = name
        self.timeZone = timeZone
    }
}
