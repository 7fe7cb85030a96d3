import Domain
import Foundation
import HTTPTypes
import Logging
import Messaging
import Persistence

/// Groups of cameras with one clock on the wall.
struct SiteRoutes: Sendable {
    let sites: any SiteRepository
    let broadcast: any Broadcast
    let logger: Logger
    /// Of cameras that belong to no site.
    let timeZone: TimeZone

    static let maximumSites = 200

    private struct View: Encodable {
        let id: SiteID
        let name: String
        let timeZone: String

        init(_ site: Site) {
            id = site.id
            name = site.name
            timeZone = site.timeZone.identifier
        }
    }

    private struct List: Encodable {
        let sites: [View]
        /// Of cameras that belong to no site.
        let timeZone: String
    }

    func list(_ request: WebRequest) async throws -> HTTPResponse {
        try .json(List(sites: try await sites.sites().map(View.init), timeZone: timeZone.identifier))
    }

    func create(_ request: WebRequest) async throws -> HTTPResponse {
        try checkLimit(try await sites.sites().count, below: Self.maximumSites, of: "sites")
        return try await save(request, id: SiteID(at: request.now), status: .created)
    }

    func update(_ request: WebRequest) async throws -> HTTPResponse {
        try await save(request, id: try await site(in: request).id, status: .ok)
    }

    func remove(_ request: WebRequest) async throws -> HTTPResponse {
        guard try await sites.remove(try request.identifier("site")) else { throw Problem.notFound }
        await broadcast.publish(.sites)
        return HTTPResponse(.noContent)
    }

    private func save(_ request: WebRequest, id: SiteID, status: HTTPStatus) async throws -> HTTPResponse {
        let site = try request.decode { reader in
            let name = reader.text("name", .name)
            let zone = TimeZone(identifier: reader.text("time_zone", .timeZone))
            if zone == nil, !reader.hasError("time_zone") {
                reader.fail("time_zone", "This must be a time zone such as Europe/Madrid.")
            }
            return Site(id: id, name: name, timeZone: zone ?? .gmt)
        }
        try await sites.save(site)
        logger.notice("site saved", [.site: site.id.description])
        await broadcast.publish(.sites)
        return try .json(View(site), status: status)
    }

    private func site(in request: WebRequest) async throws -> Site {
        guard let site = try await sites.site(try request.identifier("site")) else { throw Problem.notFound }
        return site
    }
}
