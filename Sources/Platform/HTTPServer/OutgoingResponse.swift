import CMicroHTTPD
import Foundation
import HTTPTypes

/// An answer in the form of the daemon. Owns the handle.
@safe final class OutgoingResponse {
    private let handle: OpaquePointer?
    private let status: HTTPStatus
    /// Bytes of the body, nil for a stream.
    let length: Int?

    /// - Parameter closing: whether the connection is closed after it.
    init(_ response: HTTPResponse, stream: StreamBuffer?, closing: Bool) {
        switch response.body {
        case .data(let data):
            (status, length) = (response.status, data.count)
            unsafe handle = Self.buffer(data)
        case .stream:
            (status, length) = (response.status, stream == nil ? 0 : nil)
            unsafe handle = stream.map { unsafe Self.callback($0) } ?? Self.buffer(Data())
        case .file(let path):
            let file = Self.file(path)
            (status, length) = (file == nil ? .notFound : response.status, file?.size ?? 0)
            // The response closes the descriptor.
            unsafe handle =
                file.map { unsafe MHD_create_response_from_fd64(UInt64($0.size), $0.descriptor) }
                ?? Self.buffer(Data())
        }
        for field in response.headers.fields { unsafe MHD_add_response_header(handle, field.name, field.value) }
        if closing { unsafe MHD_add_response_header(handle, "Connection", "close") }
    }

    deinit { if let handle = unsafe handle { unsafe MHD_destroy_response(handle) } }

    func queue(on connection: OpaquePointer) -> Bool {
        guard let handle = unsafe handle else { return false }
        return unsafe MHD_queue_response(connection, UInt32(status.rawValue), handle) == .YES
    }

    private static func buffer(_ data: Data) -> OpaquePointer? {
        unsafe data.withUnsafeBytes { bytes in
            unsafe MHD_create_response_from_buffer(
                bytes.count, UnsafeMutableRawPointer(mutating: bytes.baseAddress), .RESPMEM_MUST_COPY)
        }
    }

    private static func file(_ path: String) -> (descriptor: Int32, size: Int)? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        var info = stat()
        guard unsafe fstat(descriptor, &info) == 0, info.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            return nil
        }
        return (descriptor, Int(info.st_size))
    }

    private static func callback(_ stream: StreamBuffer) -> OpaquePointer? {
        unsafe MHD_create_response_from_callback(
            UInt64.max, 16 << 10,
            { context, _, buffer, size in
                guard let context = unsafe context, let buffer = unsafe buffer else { return -1 }
                let stream = unsafe Unmanaged<StreamBuffer>.fromOpaque(context).takeUnretainedValue()
                return unsafe stream.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: size))
            }, Unmanaged.passRetained(stream).toOpaque(),
            { context in
                if let context = unsafe context { unsafe Unmanaged<StreamBuffer>.fromOpaque(context).release() }
            })
    }
}
