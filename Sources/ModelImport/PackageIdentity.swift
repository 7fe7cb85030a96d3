import Foundation

/// What a new package is called and what is said of it.
package struct PackageIdentity: Sendable {
    package var name: String
    package var version: String
    package var license: String
    package var description: String

    /// - Parameters:
    ///   - license: an SPDX identifier; `NOASSERTION` where nothing is stated.
    package init(name: String, version: String = "1", license: String = "NOASSERTION", description: String = "") {
        self.name = name
        self.version = version
        self.license = license
        self.description = description
    }
}

extension URL {
    /// `<name>/<version>` in a folder of packages.
    func folder(of identity: PackageIdentity) -> URL {
        appending(path: identity.name).appending(path: identity.version)
    }
}
