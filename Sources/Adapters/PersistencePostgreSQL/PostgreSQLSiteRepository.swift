import Domain
import Foundation
import Persistence
import PostgreSQL

struct PostgreSQLSiteRepository: SiteRepository {
    let tables: Tables

    func sites() async throws -> [Site] {
        try await tables.read { try $0.askSites().rows { try Site(row: $0) } }
    }

    func site(_ id: SiteID) async throws -> Site? {
        try await tables.read { connection in
            try connection.first("SELECT id, name, time_zone FROM sites WHERE id = $1", id) { try Site(row: $0) }
        }
    }

    func save(_ site: Site) async throws {
        try await namingTaken("another site has the name '\(site.name)'") {
            try await tables.write { connection in
                try connection.run(
                    """
                    INSERT INTO sites (id, name, time_zone) VALUES ($1, $2, $3)
                    ON CONFLICT (id) DO UPDATE SET name = $2, time_zone = $3
                    """, site.id, site.name, site.timeZone.identifier)
            }
        }
    }

    func remove(_ id: SiteID) async throws -> Bool {
        try await tables.write { try $0.run("DELETE FROM sites WHERE id = $1", id) > 0 }
    }
}

extension Connection {
    func askSites() -> Question { ask("SELECT id, name, time_zone FROM sites ORDER BY name") }
}

extension Site {
    /// A zone that this machine does not know reads as UTC.
    init(row: Row) throws {
        self.init(id: try row(0), name: try row(1), timeZone: TimeZone(identifier: try row(2)) ?? .gmt)
    }
}
