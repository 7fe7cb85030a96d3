import CRabbitMQ
import Foundation

/// What is asked of the broker. Each call throws `BrokerError`; after `.channel` that channel must be opened again.
extension BrokerConnection {
    func openChannel(_ channel: UInt16) throws(BrokerError) {
        _ = unsafe amqp_channel_open(state, channel)
        try checkReply(channel, "a channel cannot be opened")
    }

    func closeChannel(_ channel: UInt16) throws(BrokerError) {
        try unsafe check(amqp_channel_close(state, channel, AMQP_REPLY_SUCCESS), "a channel cannot be closed")
        arriving[channel] = nil
    }

    /// - Returns: the name, which the broker makes up if it is empty, how many messages wait and how many consumers
    ///   the queue has.
    @discardableResult
    func declareQueue(
        _ channel: UInt16, _ name: String, passive: Bool = false, durable: Bool = true, exclusive: Bool = false,
        arguments: [String: FieldValue] = [:]
    ) throws(BrokerError) -> (name: String, messages: Int, consumers: Int) {
        let answer = unsafe FieldTable(arguments).withTable { table in
            unsafe withBytes(name) { name -> (String, Int, Int)? in
                let answer = unsafe amqp_queue_declare(
                    state, channel, name, passive ? 1 : 0, durable ? 1 : 0, exclusive ? 1 : 0, exclusive ? 1 : 0, table)
                guard let answer = unsafe answer else { return nil }
                return unsafe (
                    text(answer.pointee.queue), Int(answer.pointee.message_count), Int(answer.pointee.consumer_count)
                )
            }
        }
        try checkReply(channel, "the queue \(name) cannot be declared")
        return answer ?? (name, 0, 0)
    }

    func deleteQueue(_ channel: UInt16, _ name: String) throws(BrokerError) {
        unsafe withBytes(name) { name in _ = unsafe amqp_queue_delete(state, channel, name, 0, 0) }
        try checkReply(channel, "a queue cannot be deleted")
    }

    func declareFanOut(_ channel: UInt16, _ name: String) throws(BrokerError) {
        unsafe withBytes(name) { name in
            unsafe withBytes("fanout") { kind in
                _ = unsafe amqp_exchange_declare(state, channel, name, kind, 0, 1, 0, 0, amqp_empty_table)
            }
        }
        try checkReply(channel, "the exchange \(name) cannot be declared")
    }

    func bind(_ channel: UInt16, queue: String, exchange: String) throws(BrokerError) {
        unsafe withBytes(queue) { queue in
            unsafe withBytes(exchange) { exchange in
                _ = unsafe amqp_queue_bind(state, channel, queue, exchange, amqp_empty_bytes, amqp_empty_table)
            }
        }
        try checkReply(channel, "the queue cannot be bound to \(exchange)")
    }

    func selectConfirms(_ channel: UInt16) throws(BrokerError) {
        _ = unsafe amqp_confirm_select(state, channel)
        try checkReply(channel, "the broker does not confirm")
    }

    func consume(
        _ channel: UInt16, queue: String, tag: String, prefetch: Int, noAcknowledgement: Bool = false
    ) throws(BrokerError) {
        _ = unsafe amqp_basic_qos(state, channel, 0, UInt16(clamping: prefetch), 0)
        try checkReply(channel, "the prefetch cannot be set")
        unsafe withBytes(queue) { queue in
            unsafe withBytes(tag) { tag in
                _ = unsafe amqp_basic_consume(
                    state, channel, queue, tag, 0, noAcknowledgement ? 1 : 0, 0, amqp_empty_table)
            }
        }
        try checkReply(channel, "the queue \(queue) cannot be consumed")
    }

    func cancel(_ channel: UInt16, tag: String) throws(BrokerError) {
        unsafe withBytes(tag) { tag in _ = unsafe amqp_basic_cancel(state, channel, tag) }
        try checkReply(channel, "a consumer cannot be cancelled")
    }

    func publish(
        _ channel: UInt16, exchange: String = "", key: String, _ message: BrokerMessage, persistent: Bool = true
    ) throws(BrokerError) {
        let status = unsafe FieldTable(message.headers).withTable { headers in
            unsafe withBytes(message.id) { id in
                unsafe withBytes(message.correlation) { correlation in
                    var properties = unsafe mw_properties(persistent ? 1 : 0, id, correlation, headers)
                    return unsafe withBytes(exchange) { exchange in
                        unsafe withBytes(key) { key in
                            unsafe message.body.withUnsafeBytes { body in
                                unsafe amqp_basic_publish(
                                    state, channel, exchange, key, persistent ? 1 : 0, 0, &properties,
                                    mw_bytes(body.baseAddress, body.count))
                            }
                        }
                    }
                }
            }
        }
        try check(status, "a message cannot be sent")
    }

    func acknowledge(_ channel: UInt16, tag: UInt64) throws(BrokerError) {
        try check(unsafe amqp_basic_ack(state, channel, tag, 0), "a message cannot be acknowledged")
    }

    /// - Parameter requeue: false sends it to the dead letters.
    func reject(_ channel: UInt16, tag: UInt64, requeue: Bool) throws(BrokerError) {
        try check(
            unsafe amqp_basic_reject(state, channel, tag, requeue ? 1 : 0), "a message cannot be handed back")
    }

    /// After a refusal the channel is closed and must be told so: it can be opened again then.
    private func checkReply(_ channel: UInt16, _ action: String) throws(BrokerError) {
        do { try unsafe check(amqp_get_rpc_reply(state), action) } catch {
            if case .channel = error.scope { try acknowledgeClose(channel) }
            throw error
        }
    }

    func acknowledgeClose(_ channel: UInt16) throws(BrokerError) {
        arriving[channel] = nil
        try check(unsafe mw_send_channel_close_ok(state, channel), "a channel cannot be closed")
    }
}
