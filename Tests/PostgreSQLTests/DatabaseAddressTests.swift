import Testing

@testable import PostgreSQL

@Suite("The address of a database")
struct DatabaseAddressTests {
    @Test("shows where it leads and never the password")
    func description() throws {
        let address = try DatabaseAddress("postgresql://ada:s3cr3t@db.test:5433/masks?sslmode=verify-full")
        #expect("\(address)" == "masks on db.test:5433 as ada")
        for text in ["\(address)", String(reflecting: address), "\(Mirror(reflecting: address).children.count)"] {
            #expect(!text.contains("s3cr3t"))
        }
        #expect(address.redact("FATAL: s3cr3t is wrong") == "FATAL: *** is wrong")
    }

    @Test(
        "is refused without being quoted if it is no URL",
        arguments: [
            "", "host=db password=s3cr3t", "mysql://ada:s3cr3t@db/x", "postgresql://ada:s3cr3t%zz@db/x",
            "postgresql://ada:s3cr3t@db:port:1/x", "postgresql://db/x?password=s3cr3t&nonsense=1",
            "postgresql://ada:an@s3cr3t@db/x", "postgresql://ada:1/s3cr3t@db/x", "postgresql://ada:s3cr3t/1@db/x",
        ])
    func refused(_ url: String) {
        #expect {
            _ = try DatabaseAddress(url)
        } throws: { error in
            (error as? PostgreSQLError)?.code == .addressInvalid && !"\(error)".contains("s3cr3t")
        }
    }

    @Test(
        "tells what may be tried again from what may not",
        arguments: [
            ("08006", PostgreSQLError.Code.connectionLost, true), ("57P01", .connectionLost, true),
            ("53300", .tooManyConnections, true), ("57014", .timedOut, true), ("55P03", .locked, true),
            ("40P01", .conflict, true), ("40001", .conflict, true), ("53100", .full, true), ("25006", .readOnly, true),
            ("23505", .constraint, false), ("28P01", .refused, false), ("3D000", .refused, false),
            ("42501", .rightMissing, false), ("42P01", .other, false), ("XX001", .corrupt, false),
        ])
    func codes(_ state: String, _ code: PostgreSQLError.Code, _ isRetriable: Bool) {
        #expect(PostgreSQLError.Code(sqlState: state) == code)
        #expect(PostgreSQLError(code, sqlState: state, message: "").isRetriable == isRetriable)
    }
}
