import MessagingRabbitMQ
import Messaging
import Testing

@Suite("The address of a broker")
struct BrokerAddressTests {
    @Test("has host, port, virtual host and percent-encoded parts")
    func parts() throws {
        let address = try BrokerAddress("amqp://grab%40er:p%2Fw@broker.example/mask%2Fwatch")
        #expect(address.host == "broker.example")
        #expect(address.port == 5672)
        #expect(address.virtualHost == "mask/watch")
        #expect(address.usesTLS == false)
        #expect(try BrokerAddress("amqp://u:p@h").virtualHost == "/")
    }

    @Test("has the other port with TLS and takes a file with authorities")
    func tls() throws {
        let address = try BrokerAddress("amqps://u:p@h/v?cacertfile=/etc/hostname")
        #expect(address.port == 5671)
        #expect(address.authorities == "/etc/hostname")
    }

    @Test("never shows the password")
    func noPassword() throws {
        #expect("\(try BrokerAddress("amqp://u:s3cr3t@h:1/v"))" == "amqp://h:1/v")
    }

    @Test(
        "is refused with what is wrong, and without the password",
        arguments: [
            ("http://u:s3cr3t@h", "amqp://"), ("amqp://u@h/v", "password"), ("amqp://h", "password"), ("", "form"),
            ("amqp://u:s3cr3t@h/v?cacertfile=/etc/hostname", "amqps"),
            ("amqps://u:s3cr3t@h/v?cacertfile=/nowhere", "/nowhere"), ("amqps://u:s3cr3t@h/v?verify=no", "verify"),
        ])
    func refused(_ text: String, _ word: String) {
        #expect {
            try BrokerAddress(text)
        } throws: { error in
            (error as? QueueError)?.code == .unavailable && "\(error)".contains(word) && !"\(error)".contains("s3cr3t")
        }
    }
}
