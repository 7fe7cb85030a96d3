import CMosquitto
import Foundation

/// Why a broker has not got something.
struct MQTTError: Error, Hashable, CustomStringConvertible {
    let description: String
    /// Whether another attempt cannot help until somebody changes the channel.
    let isFinal: Bool

    init(_ description: String, isFinal: Bool = false) {
        self.description = description
        self.isFinal = isFinal
    }

    static let lost = MQTTError("the connection to the broker was lost")

    /// The one place that translates what libmosquitto reports. A connection that is being made is no failure.
    static func check(_ code: Int32) throws(MQTTError) {
        let systemError = errno
        switch mosq_err_t(code) {
        case MOSQ_ERR_SUCCESS, MOSQ_ERR_CONN_PENDING: return
        case MOSQ_ERR_NO_CONN, MOSQ_ERR_CONN_LOST: throw lost
        case MOSQ_ERR_TLS, MOSQ_ERR_TLS_HANDSHAKE: throw MQTTError("no TLS connection to the broker could be made")
        case MOSQ_ERR_ERRNO:
            throw MQTTError("no connection to the broker: \(unsafe String(cString: strerror(systemError)))")
        default: throw MQTTError("MQTT failed: \(unsafe String(cString: mosquitto_strerror(code)))")
        }
    }

    /// The return codes of CONNACK (MQTT 3.1.1, section 3.2.2.3).
    static func refusal(_ code: Int32) -> MQTTError {
        switch code {
        case 2: MQTTError("the broker refused the name of this client")
        case 3: MQTTError("the broker is not available at the moment")
        case 4, 5: MQTTError("the broker refused user name and password")
        default: MQTTError("the broker refused the connection (code \(code))")
        }
    }
}
