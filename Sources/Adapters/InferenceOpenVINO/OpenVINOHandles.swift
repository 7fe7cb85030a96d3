import COpenVINO
import Foundation
import Inference

// One class owns one `ov_*` handle. Those that use another's memory retain its owner.

/// The one place where OpenVINO's return codes become errors.
func check(
    _ status: ov_status_e, _ doing: @autoclosure () -> String, _ code: InferenceError.Code = .internalError
) throws(InferenceError) {
    guard status != OK else { return }
    let reason = unsafe ov_get_last_err_msg().map { unsafe String(cString: $0) } ?? ""
    let name = unsafe ov_get_error_info(status).map { unsafe String(cString: $0) } ?? "status \(status.rawValue)"
    throw InferenceError(code, "\(doing()): \(summary(of: reason) ?? name)")
}

/// OpenVINO reports the C++ file, the failed check and a sentence, each on a line; the last line is for people.
private func summary(of message: String) -> String? {
    message.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.last { !$0.isEmpty }
}

/// The entry to OpenVINO; holds its plug-ins and their thread pools.
@safe final class OpenVINOCore: @unchecked Sendable {
    // Sendable because `ov::Core` may be called from many threads at once.
    private let handle: OpaquePointer

    init() throws(InferenceError) {
        var handle: OpaquePointer?
        unsafe try check(ov_core_create(&handle), "OpenVINO cannot be started")
        unsafe self.handle = handle!
    }

    deinit { unsafe ov_core_free(handle) }

    /// - Parameter xml: the network: IR, whose weights are the `.bin` beside it, or ONNX.
    func readModel(_ xml: URL) throws(InferenceError) -> OpenVINOModel {
        var model: OpaquePointer?
        unsafe try check(
            ov_core_read_model(handle, xml.path, nil, &model), "\(xml.lastPathComponent) cannot be read",
            .invalidModel)
        return unsafe try OpenVINOModel(model!)
    }

    func compile(
        _ model: OpenVINOModel, device: String, properties: [(key: String, value: String)]
    ) throws(InferenceError) -> OpenVINOCompiledModel {
        let texts = unsafe properties.map { unsafe (strdup($0.key), strdup($0.value)) }
        defer {
            unsafe texts.forEach { text in
                unsafe free(text.0)
                unsafe free(text.1)
            }
        }
        let list = unsafe texts.map { unsafe ov_property_t(key: $0.0, value: $0.1) }
        var compiled: OpaquePointer?
        let status = unsafe ov_core_compile_model_props(handle, model.handle, device, list.count, list, &compiled)
        try check(status, "the network cannot be compiled for \(device)", .invalidModel)
        return unsafe OpenVINOCompiledModel(compiled!)
    }
}

/// A network as it was read.
@safe final class OpenVINOModel {
    fileprivate let handle: OpaquePointer
    let inputs: [ModelMetadata.TensorMetadata]
    let outputs: [ModelMetadata.TensorMetadata]

    fileprivate init(_ handle: OpaquePointer) throws(InferenceError) {
        unsafe self.handle = handle
        do throws(InferenceError) {
            inputs = unsafe try Self.ports(handle, count: ov_model_inputs_size, port: ov_model_const_input_by_index)
            outputs = unsafe try Self.ports(handle, count: ov_model_outputs_size, port: ov_model_const_output_by_index)
        } catch {
            unsafe ov_model_free(handle)
            throw error
        }
    }

    deinit { unsafe ov_model_free(handle) }

    private static func ports(
        _ handle: OpaquePointer, count: (OpaquePointer?, UnsafeMutablePointer<Int>?) -> ov_status_e,
        port: (OpaquePointer?, Int, UnsafeMutablePointer<OpaquePointer?>?) -> ov_status_e
    ) throws(InferenceError) -> [ModelMetadata.TensorMetadata] {
        var size = 0
        unsafe try check(count(handle, &size), "the network's tensors cannot be counted", .invalidModel)
        var tensors: [ModelMetadata.TensorMetadata] = []
        for index in 0..<size {
            var pointer: OpaquePointer?
            unsafe try check(
                port(handle, index, &pointer), "the network's tensor \(index) cannot be read", .invalidModel)
            unsafe tensors.append(try OpenVINOPort(pointer!).metadata())
        }
        return tensors
    }
}

/// An input or output of a network.
@safe private final class OpenVINOPort {
    private let handle: OpaquePointer

    init(_ handle: OpaquePointer) { unsafe self.handle = handle }

    deinit { unsafe ov_output_const_port_free(handle) }

    func metadata() throws(InferenceError) -> ModelMetadata.TensorMetadata {
        var text: UnsafeMutablePointer<CChar>?
        unsafe try check(ov_port_get_any_name(handle, &text), "a tensor of the network has no name", .invalidModel)
        defer { unsafe ov_free(text) }
        let name = unsafe String(cString: text!)
        var element = DYNAMIC
        unsafe try check(ov_port_get_element_type(handle, &element), "tensor '\(name)'", .invalidModel)
        guard let type = ElementType(element) else {
            throw InferenceError(
                .invalidModel, "tensor '\(name)' has element type \(element.rawValue): only U8, F32 and I64 are known")
        }
        return ModelMetadata.TensorMetadata(name: name, type: type, shape: try shape())
    }

    private func shape() throws(InferenceError) -> [Int] {
        var partial = unsafe ov_partial_shape_t()
        unsafe try check(
            ov_port_get_partial_shape(handle, &partial), "a tensor of the network has no shape", .invalidModel)
        defer { unsafe ov_partial_shape_free(&partial) }
        guard unsafe partial.rank.min == partial.rank.max else { return [] }
        let dimensions = unsafe UnsafeBufferPointer(start: partial.dims, count: Int(partial.rank.max))
        return unsafe dimensions.map { $0.min == $0.max ? Int($0.min) : -1 }
    }
}

/// A network made ready for one device.
@safe final class OpenVINOCompiledModel: @unchecked Sendable {
    // Sendable because `ov::CompiledModel` may be called from many threads at once.
    private let handle: OpaquePointer

    fileprivate init(_ handle: OpaquePointer) { unsafe self.handle = handle }

    deinit { unsafe ov_compiled_model_free(handle) }

    func makeRequest() throws(InferenceError) -> OpenVINOInferRequest {
        var request: OpaquePointer?
        unsafe try check(ov_compiled_model_create_infer_request(handle, &request), "no memory for an inference")
        return unsafe OpenVINOInferRequest(request!, of: self)
    }
}

/// One run of a network at a time, with its memory.
@safe final class OpenVINOInferRequest: @unchecked Sendable {
    // Sendable because whoever took it out of its pool is its only user.
    private let handle: OpaquePointer
    private let model: OpenVINOCompiledModel

    fileprivate init(_ handle: OpaquePointer, of model: OpenVINOCompiledModel) {
        unsafe self.handle = handle
        self.model = model
    }

    deinit { unsafe ov_infer_request_free(handle) }

    /// Runs the network; blocks until it is done. The inputs are read in place.
    func run(_ inputs: [Tensor]) throws(InferenceError) {
        let tensors = try inputs.map { (input) throws(InferenceError) in try OpenVINOTensor(borrowing: input) }
        for (tensor, input) in zip(tensors, inputs) {
            unsafe try check(ov_infer_request_set_tensor(handle, input.name, tensor.handle), "input '\(input.name)'")
        }
        unsafe try check(ov_infer_request_infer(handle), "the inference failed")
        withExtendedLifetime((tensors, inputs)) {}
    }

    /// What the last run gave, in the request's own memory, which `owner` keeps from being used again.
    func output(_ index: Int, as metadata: ModelMetadata.TensorMetadata, owner: AnyObject) throws(InferenceError)
        -> Tensor
    {
        var pointer: OpaquePointer?
        unsafe try check(
            ov_infer_request_get_output_tensor_by_index(handle, index, &pointer), "output '\(metadata.name)'")
        return unsafe try OpenVINOTensor(pointer!).tensor(name: metadata.name, type: metadata.type, owner: owner)
    }
}

/// An `ov_tensor_t`: a view of somebody's memory.
@safe private final class OpenVINOTensor {
    let handle: OpaquePointer

    init(_ handle: OpaquePointer) { unsafe self.handle = handle }

    /// - Parameter tensor: must outlive the use of the handle.
    init(borrowing tensor: Tensor) throws(InferenceError) {
        var shape = unsafe ov_shape_t()
        let sizes = tensor.shape.map { Int64($0) }
        unsafe try check(ov_shape_create(Int64(sizes.count), sizes, &shape), "shape \(tensor.shape)")
        defer { unsafe ov_shape_free(&shape) }
        var pointer: OpaquePointer?
        let status = unsafe tensor.storage.withUnsafeBytes { bytes in
            // OpenVINO only reads its inputs; the C API has no const form.
            unsafe ov_tensor_create_from_host_ptr(
                tensor.type.openVINOType, shape, UnsafeMutableRawPointer(mutating: bytes.baseAddress), &pointer)
        }
        try check(status, "tensor '\(tensor.name)'")
        unsafe handle = pointer!
    }

    deinit { unsafe ov_tensor_free(handle) }

    func tensor(name: String, type: ElementType, owner: AnyObject) throws(InferenceError) -> Tensor {
        var shape = unsafe ov_shape_t()
        unsafe try check(ov_tensor_get_shape(handle, &shape), "output '\(name)' has no shape")
        defer { unsafe ov_shape_free(&shape) }
        let sizes = unsafe UnsafeBufferPointer(start: shape.dims, count: Int(shape.rank)).map { Int($0) }
        var data: UnsafeMutableRawPointer?
        unsafe try check(ov_tensor_data(handle, &data), "output '\(name)' has no data")
        let bytes = unsafe UnsafeRawBufferPointer(start: data, count: sizes.reduce(type.byteSize, *))
        return unsafe Tensor(name: name, type: type, shape: sizes, storage: TensorStorage(bytes: bytes, owner: owner))
    }
}

extension ElementType {
    private static let byOpenVINOType: [(type: ElementType, openVINO: ov_element_type_e)] = [
        (.bool, OV_BOOLEAN), (.uint8, U8), (.int8, I8), (.uint16, U16), (.int16, I16), (.uint32, U32), (.int32, I32),
        (.uint64, U64), (.int64, I64), (.float16, F16), (.bfloat16, BF16), (.float32, F32), (.float64, F64),
        (.bytes, STRING),
    ]

    init?(_ type: ov_element_type_e) {
        guard let pair = Self.byOpenVINOType.first(where: { $0.openVINO == type }) else { return nil }
        self = pair.type
    }

    var openVINOType: ov_element_type_e {
        Self.byOpenVINOType.first { $0.type == self }?.openVINO ?? DYNAMIC
    }
}
