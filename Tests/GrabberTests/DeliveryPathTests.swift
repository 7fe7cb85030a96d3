import Testing

@testable import Grabber

@Suite("The way of pictures to store and queue")
struct DeliveryPathTests {
    @Test("has room for eight at a time")
    func width() {
        let path = DeliveryPath()
        for _ in 0..<8 { #expect(path.enter()) }
        #expect(!path.enter())
        path.leave()
        #expect(path.enter())
    }
}
