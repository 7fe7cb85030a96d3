import Foundation
import HTTPTypes

@testable import Web

/// Compares answers with what the OpenAPI document says of them.
struct OpenAPIChecker: Sendable {
    private let document: JSONValue
    private let routes: [Route]

    init(_ routes: [Route]) {
        self.routes = routes
        document = OpenAPIDocument(routes: routes.filter { $0.path.hasPrefix("/api/") }, version: "1").json
    }

    /// What is wrong with an answer; empty if nothing is.
    func faults(
        of json: JSONValue, body: Data, _ method: HTTPMethod, _ path: String, _ response: HTTPResponse
    ) -> [String] {
        guard let route = route(method, path) else { return [] }
        let operation = document["paths"][route.path][method.rawValue.lowercased()]
        let described = operation["responses"][String(response.status.rawValue)]
        // 400, 415 and 503 may come from any route.
        let isUsual = [400, 415, 503].contains(response.status.rawValue)
        guard described != .null || isUsual else { return ["this status is not described"] }
        let type = response.headers["Content-Type"] ?? ""
        if !response.status.isSuccess {
            guard type == "application/problem+json" else { return ["a problem of type \(type)"] }
            return check(json, OpenAPISchemas.reference("Problem"), at: "problem")
        }
        guard let schema = described["content"]["application/json"].fields["schema"] else {
            return described["content"] == .null && !body.isEmpty ? ["a body that is not described"] : []
        }
        return type == "application/json" ? check(json, schema, at: "answer") : ["of type \(type)"]
    }

    private func route(_ method: HTTPMethod, _ path: String) -> Route? {
        let segments = path.split(separator: "/")
        let matching = routes.filter { route in
            let parts = route.path.split(separator: "/")
            return route.method == method && parts.count == segments.count
                && zip(parts, segments).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
        }
        return matching.first { !$0.path.contains("{") } ?? matching.first
    }

    func check(_ value: JSONValue, _ schema: JSONValue, at place: String) -> [String] {
        if let reference = schema["$ref"].string {
            let name = String(reference.split(separator: "/").last ?? "")
            guard let target = document["components"]["schemas"].fields[name] else {
                return ["\(reference) is not there"]
            }
            return check(value, target, at: place)
        }
        let choices = schema["anyOf"].elements
        if !choices.isEmpty {
            let results = choices.map { check(value, $0, at: place) }
            return results.contains([]) ? [] : results[0]
        }
        if !schema["enum"].elements.isEmpty, !schema["enum"].elements.contains(value) {
            return ["\(place) is not one of the choices"]
        }
        return checkType(value, schema, at: place)
    }

    private func checkType(_ value: JSONValue, _ schema: JSONValue, at place: String) -> [String] {
        switch (schema["type"].string, value) {
        case ("null", .null), ("boolean", .bool), ("number", .number): return []
        case ("integer", .number(let number)): return number == number.rounded() ? [] : ["\(place) is not whole"]
        case ("string", .string(let text)):
            return schema["format"].string == "uuid" && UUID(uuidString: text) == nil ? ["\(place) is no UUID"] : []
        case ("array", .array(let values)):
            return values.enumerated().flatMap { check($1, schema["items"], at: "\(place)[\($0)]") }
        case ("object", .object(let fields)): return check(fields, schema, at: place)
        default: return ["\(place) is not of type \(schema["type"].string ?? "?")"]
        }
    }

    private func check(_ fields: [String: JSONValue], _ schema: JSONValue, at place: String) -> [String] {
        let properties = schema["properties"].fields
        var faults = schema["required"].elements.compactMap(\.string).filter { fields[$0] == nil }
            .map { "\(place).\($0) is missing" }
        for (name, value) in fields {
            if let property = properties[name] {
                faults += check(value, property, at: "\(place).\(name)")
            } else if case .object = schema["additionalProperties"] {
                faults += check(value, schema["additionalProperties"], at: "\(place).\(name)")
            } else {
                faults.append("\(place).\(name) is not described")
            }
        }
        return faults
    }
}
