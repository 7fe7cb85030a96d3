import Domain
import Foundation
import HTTPTypes

/// The description of the API (OpenAPI 3.1), made from the route table: a route that is served is described.
struct OpenAPIDocument: Sendable {
    let json: JSONValue
    private let data: Data

    init(routes: [Route], version: String) {
        var paths: [String: [String: JSONValue]] = [:]
        for route in routes { paths[route.path, default: [:]][route.method.rawValue.lowercased()] = route.operation }
        json = [
            "openapi": "3.1.0",
            "info": [
                "title": "Maskwatch", "version": .string(version),
                "description": "Cameras, observations, incidents, rules, channels and statistics of Maskwatch.",
                "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
            ],
            "paths": .object(paths.mapValues { .object($0) }),
            "components": [
                "schemas": .object(OpenAPISchemas.all),
                "securitySchemes": [
                    "cookie": ["type": "apiKey", "in": "cookie", "name": .string(SessionCookie.name)],
                    "bearer": ["type": "http", "scheme": "bearer"],
                ],
            ],
        ]
        guard let data = try? JSON.encode(json) else { preconditionFailure("JSON values can be encoded") }
        self.data = data
    }

    func show(_ request: WebRequest) async throws -> HTTPResponse { .data(data, contentType: "application/json") }
}

extension Route {
    fileprivate var operation: JSONValue {
        var operation: [String: JSONValue] = [
            "summary": .string(documentation.summary), "operationId": .string(operationID),
            "tags": [.string(String(path.split(separator: "/").dropFirst(2).first ?? ""))],
            "responses": .object(responses), "x-access": .string(access.rawValue),
        ]
        let parameters = pathParameters + documentation.query.map(Self.queryParameter)
        if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
        if let body = documentation.takes.content { operation["requestBody"] = ["required": true, "content": body] }
        operation["security"] = access == .everyone ? [] : [["cookie": []], ["bearer": []]]
        return .object(operation)
    }

    private var operationID: String {
        let words = path.split(separator: "/").dropFirst(2).map { $0.filter { $0 != "{" && $0 != "}" } }
        return ([method.rawValue.lowercased()] + words).joined(separator: "_").replacing("-", with: "_")
    }

    private var responses: [String: JSONValue] {
        var success: [String: JSONValue] = ["description": .string(documentation.status.reason)]
        if let content = documentation.gives.content { success["content"] = content }
        var responses = [String(documentation.status.rawValue): JSONValue.object(success)]
        let usual: [HTTPStatus] = access == .everyone ? [] : [.unauthorized, .forbidden]
        for status in Set(usual + documentation.problems) {
            responses[String(status.rawValue)] = [
                "description": .string(status.reason),
                "content": ["application/problem+json": ["schema": OpenAPISchemas.reference("Problem")]],
            ]
        }
        return responses
    }

    private var pathParameters: [JSONValue] {
        path.split(separator: "/").filter { $0.hasPrefix("{") }.map { part in
            let name = String(part.dropFirst().dropLast())
            let isText = name == "queue" || name == "letter"
            return [
                "name": .string(name), "in": "path", "required": true,
                "schema": isText ? ["type": "string"] : ["type": "string", "format": "uuid"],
            ]
        }
    }

    private static func queryParameter(_ name: String) -> JSONValue {
        let schema: JSONValue =
            switch name {
            case "limit": ["type": "integer", "minimum": 1, "maximum": 200, "default": 50]
            case "before", "from", "to": ["type": "string", "format": "date-time"]
            case "state": OpenAPISchemas.choice(Incident.State.self)
            case "interval": OpenAPISchemas.choice(StatisticsInterval.self)
            default: ["type": "string", "format": "uuid"]
            }
        return ["name": .string(name), "in": "query", "required": false, "schema": schema]
    }
}

extension RouteDocumentation.Content {
    fileprivate var content: JSONValue? {
        switch self {
        case .none: nil
        case .json(let name): ["application/json": ["schema": OpenAPISchemas.reference(name)]]
        case .media(let type): .object([type: [:]])
        }
    }
}
