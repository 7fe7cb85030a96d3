import CRabbitMQ

/// What went wrong between this process and the broker.
struct BrokerError: Error, CustomStringConvertible {
    enum Scope: Equatable {
        /// The connection is unusable.
        case connection
        /// The broker closed one channel with this reply code: 403 refused, 404 not found, 406 precondition failed.
        case channel(Int)
    }

    let scope: Scope
    let message: String

    var description: String { message }

    static func connection(_ message: String) -> BrokerError { BrokerError(scope: .connection, message: message) }
}

/// The check of every status that librabbitmq returns.
func check(_ status: Int32, _ action: String) throws(BrokerError) {
    guard status != AMQP_STATUS_OK.rawValue else { return }
    let text = unsafe String(cString: amqp_error_string2(status))
    throw .connection("\(action): \(text)")
}

/// The check of every answer that librabbitmq waited for.
func check(_ reply: amqp_rpc_reply_t, _ action: String) throws(BrokerError) {
    switch unsafe reply.reply_type {
    case AMQP_RESPONSE_NORMAL: return
    case AMQP_RESPONSE_SERVER_EXCEPTION: throw unsafe closeReason(reply.reply.id, reply.reply.decoded, action)
    default:
        let status = unsafe reply.library_error
        let text = unsafe String(cString: amqp_error_string2(status))
        throw .connection("\(action): \(text)")
    }
}

func closeReason(_ method: UInt32, _ decoded: UnsafeRawPointer?, _ action: String) -> BrokerError {
    guard let decoded = unsafe decoded else { return .connection("\(action): the broker gave no reason") }
    if Int(method) == mw_method_channel_close {
        let close = unsafe decoded.load(as: amqp_channel_close_t.self)
        let message = unsafe "\(action): \(text(close.reply_text)) (\(close.reply_code))"
        return BrokerError(scope: .channel(Int(unsafe close.reply_code)), message: message)
    }
    let close = unsafe decoded.load(as: amqp_connection_close_t.self)
    return .connection(unsafe "\(action): \(text(close.reply_text)) (\(close.reply_code))")
}
