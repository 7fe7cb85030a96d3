import CYAML

/// Owner of a libyaml parser and of the text it reads.
@safe final class YAMLEvents {
    enum Kind: Hashable {
        case streamStart, streamEnd, documentStart, documentEnd
        case scalar(String, isPlain: Bool)
        case sequenceStart, sequenceEnd, mappingStart, mappingEnd, alias
    }

    struct Event {
        let kind: Kind
        let line: Int
        let column: Int
    }

    struct Failure: Error {
        let problem: String
        let line: Int
        let column: Int
    }

    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let text: UnsafeMutableBufferPointer<UInt8>

    init(_ string: String) {
        let bytes = Array(string.utf8)
        unsafe text = .allocate(capacity: max(bytes.count, 1))
        _ = unsafe text.initialize(from: bytes)
        unsafe parser = .allocate(capacity: 1)
        unsafe yaml_parser_initialize(parser)
        unsafe yaml_parser_set_input_string(parser, text.baseAddress, bytes.count)
    }

    deinit {
        unsafe yaml_parser_delete(parser)
        unsafe parser.deallocate()
        unsafe text.deallocate()
    }

    func next() throws -> Event {
        var event = unsafe yaml_event_t()
        guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw failure() }
        defer { unsafe yaml_event_delete(&event) }
        let mark = unsafe event.start_mark
        return unsafe Event(kind: kind(of: event), line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    }

    private func kind(of event: yaml_event_t) -> Kind {
        switch unsafe event.type {
        case YAML_STREAM_START_EVENT: .streamStart
        case YAML_DOCUMENT_START_EVENT: .documentStart
        case YAML_DOCUMENT_END_EVENT: .documentEnd
        case YAML_SEQUENCE_START_EVENT: .sequenceStart
        case YAML_SEQUENCE_END_EVENT: .sequenceEnd
        case YAML_MAPPING_START_EVENT: .mappingStart
        case YAML_MAPPING_END_EVENT: .mappingEnd
        case YAML_ALIAS_EVENT: .alias
        case YAML_SCALAR_EVENT: unsafe scalar(event.data.scalar)
        default: .streamEnd
        }
    }

    private func scalar(_ scalar: yaml_event_t.__Unnamed_union_data.__Unnamed_struct_scalar) -> Kind {
        let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
        return unsafe .scalar(
            String(decoding: bytes, as: UTF8.self), isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE)
    }

    private func failure() -> Failure {
        let problem = unsafe parser.pointee.problem.map { unsafe String(cString: $0) } ?? "unreadable"
        let mark = unsafe parser.pointee.problem_mark
        return Failure(problem: problem, line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    }
}
