package import Foundation

/// A value that can be a parameter of a statement and a column of its result. Both travel in PostgreSQL's binary form.
package protocol Column: Sendable {
    static var type: ColumnType { get }

    func write(to parameters: inout Parameters)

    /// - Throws: `PostgreSQLError` if the column has another type.
    init(field: Field) throws
}

/// Object identities of types, which never change (pg_type.dat).
package struct ColumnType: Hashable, Sendable {
    let oid: UInt32
    /// Of a one-dimensional array of it.
    let arrayOID: UInt32

    static let boolean = ColumnType(oid: 16, arrayOID: 1000)
    static let bytes = ColumnType(oid: 17, arrayOID: 1001)
    static let integer = ColumnType(oid: 20, arrayOID: 1016)
    static let text = ColumnType(oid: 25, arrayOID: 1009)
    static let real = ColumnType(oid: 701, arrayOID: 1022)
    static let time = ColumnType(oid: 1184, arrayOID: 1185)
    static let identity = ColumnType(oid: 2950, arrayOID: 2951)
}

extension Int: Column {
    package static var type: ColumnType { .integer }

    package func write(to parameters: inout Parameters) { parameters.append(Int64(self)) }

    /// Of `smallint`, `integer` or `bigint`.
    package init(field: Field) throws {
        switch field.oid {
        case 21: self = Int(try field.number(as: Int16.self))
        case 23: self = Int(try field.number(as: Int32.self))
        case 20: self = Int(try field.number(as: Int64.self))
        default: throw field.mismatch
        }
    }
}

extension Bool: Column {
    package static var type: ColumnType { .boolean }

    package func write(to parameters: inout Parameters) { parameters.append(UInt8(self ? 1 : 0)) }

    package init(field: Field) throws {
        try field.require(16)
        self = try field.number(as: UInt8.self) != 0
    }
}

extension Double: Column {
    package static var type: ColumnType { .real }

    package func write(to parameters: inout Parameters) { parameters.append(bitPattern) }

    package init(field: Field) throws {
        try field.require(701)
        self = Double(bitPattern: try field.number(as: UInt64.self))
    }
}

extension String: Column {
    package static var type: ColumnType { .text }

    package func write(to parameters: inout Parameters) { parameters.append(bytes: utf8) }

    /// Of `text`, `json`, `name` or `varchar`.
    package init(field: Field) throws {
        try field.require(25, 114, 19, 1043)
        self = unsafe field.withBytes { unsafe String(decoding: $0, as: UTF8.self) }
    }
}

extension Data: Column {
    package static var type: ColumnType { .bytes }

    package func write(to parameters: inout Parameters) { parameters.append(bytes: self) }

    package init(field: Field) throws {
        try field.require(17)
        self = unsafe field.withBytes { unsafe Data($0) }
    }
}

extension UUID: Column {
    package static var type: ColumnType { .identity }

    package func write(to parameters: inout Parameters) {
        unsafe withUnsafeBytes(of: uuid) { unsafe parameters.append(bytes: $0) }
    }

    package init(field: Field) throws {
        try field.require(2950)
        self = try unsafe field.withBytes { bytes in
            guard bytes.count == 16 else { throw field.mismatch }
            return UUID(uuid: unsafe bytes.loadUnaligned(as: uuid_t.self))
        }
    }
}

/// `timestamptz`, kept to the millisecond as in JSON; the nearest one.
extension Date: Column {
    package static var type: ColumnType { .time }

    /// 2000-01-01, from which PostgreSQL counts microseconds.
    private static let epoch = 946_684_800.0
    /// 4713 BC to 9999 AD, which is more than a date needs and less than PostgreSQL can hold.
    private static let range = -210_866_803_200.0...253_402_300_799.0

    package func write(to parameters: inout Parameters) {
        let seconds = min(max(timeIntervalSince1970, Self.range.lowerBound), Self.range.upperBound)
        let milliseconds = Int64((seconds * 1000).rounded())
        parameters.append((milliseconds - Int64(Self.epoch) * 1000) * 1000)
    }

    package init(field: Field) throws {
        try field.require(1184)
        let microseconds = try field.number(as: Int64.self)
        let milliseconds = (Double(microseconds) / 1000).rounded() + Self.epoch * 1000
        self.init(timeIntervalSince1970: milliseconds / 1000)
    }
}

extension Optional: Column where Wrapped: Column {
    package static var type: ColumnType { Wrapped.type }

    package func write(to parameters: inout Parameters) {
        guard let self else { return parameters.appendNull() }
        self.write(to: &parameters)
    }

    package init(field: Field) throws { self = field.isNull ? nil : try Wrapped(field: field) }
}

/// A one-dimensional array.
extension Array: Column where Element: Column {
    package static var type: ColumnType { ColumnType(oid: Element.type.arrayOID, arrayOID: 0) }

    /// Dimensions, whether there are nulls, element type, length, lower bound, then each element with its length
    /// (array_recv in PostgreSQL's arrayfuncs.c).
    package func write(to parameters: inout Parameters) {
        parameters.appendArray(of: Element.type.oid, count: count) { elements in
            for element in self { element.write(to: &elements) }
        }
    }

    package init(field: Field) throws {
        try field.require(Self.type.oid)
        self = try field.elements().map { try Element(field: $0) }
    }
}
