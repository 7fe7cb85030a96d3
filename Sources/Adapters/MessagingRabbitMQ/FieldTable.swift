import CRabbitMQ
import Foundation

/// A value of a header or an argument.
enum FieldValue: Hashable, Sendable {
    case text(String)
    case integer(Int)
    case boolean(Bool)
    case table([String: FieldValue])
}

/// Owns the memory of an AMQP table while a call reads it.
@safe final class FieldTable {
    private var pool = unsafe amqp_pool_t()
    private var content = unsafe amqp_empty_table

    init(_ fields: [String: FieldValue]) {
        unsafe init_amqp_pool(&pool, 1024)
        unsafe content = table(fields)
    }

    deinit { unsafe empty_amqp_pool(&pool) }

    /// The table must not be used after the closure.
    func withTable<Result>(_ body: (amqp_table_t) throws -> Result) rethrows -> Result {
        try withExtendedLifetime(self) { try unsafe body(content) }
    }

    private func table(_ fields: [String: FieldValue]) -> amqp_table_t {
        guard !fields.isEmpty else { return unsafe amqp_empty_table }
        let size = unsafe fields.count * MemoryLayout<amqp_table_entry_t>.stride
        let entries = unsafe amqp_pool_alloc(&pool, size)!.bindMemory(
            to: amqp_table_entry_t.self, capacity: fields.count)
        for (index, field) in fields.enumerated() {
            unsafe entries[index] = entry(field.key, field.value)
        }
        return unsafe amqp_table_t(num_entries: Int32(fields.count), entries: entries)
    }

    private func entry(_ key: String, _ value: FieldValue) -> amqp_table_entry_t {
        switch value {
        case .text(let text): unsafe mw_text_entry(bytes(key), bytes(text))
        case .integer(let number): unsafe mw_integer_entry(bytes(key), Int64(number))
        case .boolean(let flag): unsafe mw_boolean_entry(bytes(key), flag ? 1 : 0)
        case .table(let fields): unsafe mw_table_entry(bytes(key), table(fields))
        }
    }

    private func bytes(_ text: String) -> amqp_bytes_t {
        let utf8 = Array(text.utf8)
        let copy = unsafe amqp_pool_alloc(&pool, max(utf8.count, 1))!
        unsafe copy.copyMemory(from: utf8, byteCount: utf8.count)
        return unsafe mw_bytes(copy, utf8.count)
    }
}

/// Reads what the library decoded: text and whole numbers; other kinds are left out.
func fields(of table: amqp_table_t) -> [String: FieldValue] {
    var fields: [String: FieldValue] = [:]
    for index in 0..<Int(unsafe table.num_entries) {
        let entry = unsafe table.entries[index]
        var value = unsafe entry.value
        var number: Int64 = 0
        var bytes = unsafe amqp_empty_bytes
        if unsafe mw_field_integer(&value, &number) != 0 {
            fields[unsafe text(entry.key)] = .integer(Int(number))
        } else if unsafe mw_field_bytes(&value, &bytes) != 0 {
            fields[unsafe text(entry.key)] = .text(unsafe text(bytes))
        }
    }
    return fields
}

func text(_ bytes: amqp_bytes_t) -> String { String(decoding: unsafe data(bytes), as: UTF8.self) }

func data(_ bytes: amqp_bytes_t) -> Data {
    guard let start = unsafe bytes.bytes, unsafe bytes.len > 0 else { return Data() }
    return unsafe Data(bytes: start, count: bytes.len)
}

/// Calls with the text as AMQP bytes, which must not be used after the closure.
func withBytes<Result>(_ text: String, _ body: (amqp_bytes_t) throws -> Result) rethrows -> Result {
    var text = text
    return try text.withUTF8 { buffer in
        try unsafe body(mw_bytes(buffer.baseAddress, buffer.count))
    }
}
