import Foundation
import HTTPTypes
import TestSupport
import Testing

@testable import Web

@Suite("The OpenAPI document", .timeLimit(.minutes(10)))
struct OpenAPITests {
    private func document() async throws -> (web: WebService, json: JSONValue) {
        let fixture = try await WebFixture()
        return (fixture.web, try await fixture.stranger().get("/api/v1/openapi.json").json)
    }

    @Test("describes every route of the API and no other")
    func complete() async throws {
        let (web, json) = try await document()
        let described = json["paths"].fields.flatMap { path, operations in
            operations.fields.keys.map { "\($0.uppercased()) \(path)" }
        }
        let served = web.routes.filter { $0.path.hasPrefix("/api/") }.map { "\($0.method) \($0.path)" }
        #expect(Set(described) == Set(served))
        #expect(json["openapi"] == "3.1.0")
        #expect(json["info"]["version"] == "1.2.3")
    }

    @Test("gives every operation an identity of its own, its answers and who may ask")
    func operations() async throws {
        let (_, json) = try await document()
        let operations = json["paths"].fields.values.flatMap { $0.fields.values }
        #expect(Set(operations.compactMap { $0["operationId"].string }).count == operations.count)
        for operation in operations {
            #expect(operation["summary"].string?.isEmpty == false)
            #expect(operation["responses"].fields.keys.contains { $0.hasPrefix("2") })
            let isOpen = operation["x-access"] == "public"
            #expect(operation["security"].elements.isEmpty == isOpen)
            #expect((operation["responses"]["401"] != .null) || isOpen)
        }
    }

    @Test("declares every parameter of a path")
    func parameters() async throws {
        let (_, json) = try await document()
        for (path, operations) in json["paths"].fields {
            let names = path.matches(of: #/\{(\w+)\}/#).map { String($0.output.1) }
            for operation in operations.fields.values {
                let declared = operation["parameters"].elements.filter { $0["in"] == "path" }
                #expect(declared.compactMap { $0["name"].string } == names)
            }
        }
    }

    @Test("refers only to schemas that are there, and has none that nothing refers to")
    func references() async throws {
        let (_, json) = try await document()
        let used = Set(references(in: json))
        let there = Set(json["components"]["schemas"].fields.keys.map { "#/components/schemas/\($0)" })
        #expect(used == there)
    }

    @Test("requires only properties that are declared")
    func required() async throws {
        let (_, json) = try await document()
        for (name, schema) in json["components"]["schemas"].fields {
            let properties = Set(schema["properties"].fields.keys)
            #expect(Set(schema["required"].elements.compactMap(\.string)).isSubset(of: properties), "\(name)")
        }
    }

    private func references(in value: JSONValue) -> [String] {
        switch value {
        case .object(let fields):
            fields.flatMap { $0.key == "$ref" ? [$0.value.string].compactMap { $0 } : references(in: $0.value) }
        case .array(let values): values.flatMap(references)
        default: []
        }
    }
}
