/// Arithmetic on shapes from outside, where a product may not fit into an integer.
package enum TensorShape {
    /// The number of elements.
    /// - Throws: `InferenceError` for negative dimensions and products or byte sizes that overflow.
    package static func count(_ shape: [Int], of type: ElementType, tensor name: String) throws -> Int {
        var count = 1
        for dimension in shape {
            guard dimension >= 0 else {
                throw InferenceError(.invalidRequest, "tensor '\(name)' has the negative dimension \(dimension)")
            }
            let (product, overflow) = count.multipliedReportingOverflow(by: dimension)
            guard !overflow else { throw tooLarge(name, shape) }
            count = product
        }
        guard !count.multipliedReportingOverflow(by: max(type.byteSize, 1)).overflow else {
            throw tooLarge(name, shape)
        }
        return count
    }

    private static func tooLarge(_ name: String, _ shape: [Int]) -> InferenceError {
        InferenceError(.invalidRequest, "tensor '\(name)' has the shape \(shape), which is too large")
    }
}
