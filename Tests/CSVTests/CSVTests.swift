import CSV
import Foundation
import TestSupport
import Testing

@Suite("Tables as CSV")
struct CSVTests {
    private func read(_ text: String) throws -> [[String: String]] {
        try CSVReader(Data(text.utf8)).rows.map(\.fields)
    }

    @Test("are read with a byte order mark, any separator and any line ending", arguments: [",", ";", "\t"])
    func separators(_ mark: String) throws {
        let text = "\u{FEFF}Name\(mark)Address\r\nDoor\(mark)rtsp://a\r\n\nHall\(mark)rtsp://b\n"
        #expect(
            try read(text) == [
                ["name": "Door", "address": "rtsp://a"], ["name": "Hall", "address": "rtsp://b"],
            ])
    }

    @Test("may quote fields with separators, quotes and line breaks")
    func quotes() throws {
        let reader = try CSVReader(Data("name,note\n\"a, \"\"b\"\"\",\"two\nlines\"\nc,d\n".utf8))
        #expect(
            reader.rows.map(\.fields) == [["name": "a, \"b\"", "note": "two\nlines"], ["name": "c", "note": "d"]])
        #expect(reader.rows.map(\.line) == [2, 4])
    }

    @Test("that are wrong are refused with their line")
    func wrong() {
        for (text, line) in [("", 1), ("a,a\n", 1), ("a\n1,2\n", 2), ("a\n\"open\n", 2), ("a,b\n1,\"x\"y\n", 2)] {
            let error = #expect(throws: CSVError.self) { try read(text) }
            #expect(error?.line == line, "\(text)")
        }
        #expect(throws: CSVError.self) { try CSVReader(Data([0xFF, 0xFE, 0x41])) }
        var limits = CSVReader.Limits()
        limits.rows = 1
        #expect(throws: CSVError.self) { try CSVReader(Data("a\n1\n2\n".utf8), limits: limits) }
    }

    @Test("come back as they were written, but for formulas, which become text")
    func roundTrip() throws {
        var writer = CSVWriter(columns: ["name", "value"])
        writer.append(["a;b\"c\nd", "-1.5"])
        writer.append(["=cmd|' /C calc'!A0", "@SUM(A1)"])
        #expect(
            try CSVReader(writer.data).rows.map(\.fields) == [
                ["name": "a;b\"c\nd", "value": "-1.5"], ["name": "'=cmd|' /C calc'!A0", "value": "'@SUM(A1)"],
            ])
    }

    @Test("of random bytes are read or refused, never more")
    func fuzz() {
        var random = SystemRandomNumberGenerator()
        let bytes = Array("a,;\"\t\r\n=é".utf8)
        for _ in 0..<20_000 {
            let data = Data((0..<Int.random(in: 0...24, using: &random)).map { _ in bytes.randomElement()! })
            let rows = (try? CSVReader(data))?.rows ?? []
            #expect(rows.count <= 24)
        }
    }
}
