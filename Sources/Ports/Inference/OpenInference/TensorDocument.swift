/// A tensor as it stands in the JSON of a request or an answer.
struct TensorDocument: Decodable {
    struct Parameters: Decodable {
        /// Bytes behind the JSON.
        var binaryDataSize: Int?

        enum CodingKeys: String, CodingKey { case binaryDataSize = "binary_data_size" }
    }

    let name: String
    let shape: [Int]
    let datatype: String
    let parameters: Parameters?
    /// The place in the arrays that were cut out of the text.
    let data: [Int]?
}
