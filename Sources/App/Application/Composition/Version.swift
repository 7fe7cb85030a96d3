/// The version of the program, in one place.
enum Version {
    static let name = "maskwatch"
    static let number = "0.1.0"
}
