import CRabbitMQ
import Foundation
import Messaging

/// A message of which the body is not complete yet.
struct ArrivingMessage {
    let head: BrokerEvent
    var message = BrokerMessage(id: "", body: Data())
    var remaining: UInt64 = 0
    var hasHeader = false
}

extension BrokerConnection {
    /// What the broker says next, if it has said something whole within the seconds. Sends heartbeats when they are due.
    /// - Throws: `BrokerError` when the connection is over.
    func next(waiting seconds: Int = 0) throws(BrokerError) -> BrokerEvent? {
        while true {
            var frame = unsafe mw_frame()
            let status = unsafe mw_next_frame(state, Int32(seconds), &frame)
            if status == AMQP_STATUS_TIMEOUT.rawValue { return nil }
            try check(status, "the connection to the broker broke")
            if let event = try unsafe event(frame) { return event }
        }
    }

    private func event(_ frame: mw_frame) throws(BrokerError) -> BrokerEvent? {
        switch Int(unsafe frame.type) {
        case mw_frame_method: return try unsafe method(frame)
        case mw_frame_header: return try unsafe header(frame)
        case mw_frame_body: return try unsafe body(frame)
        default: return nil
        }
    }

    private func method(_ frame: mw_frame) throws(BrokerError) -> BrokerEvent? {
        guard let decoded = unsafe frame.decoded else { return nil }
        let channel = unsafe frame.channel
        switch Int(unsafe frame.method) {
        case mw_method_deliver:
            let deliver = unsafe decoded.load(as: amqp_basic_deliver_t.self)
            let tag = unsafe deliver.delivery_tag
            let consumer = unsafe text(deliver.consumer_tag)
            expect(channel, .delivered(channel: channel, consumer: consumer, tag: tag, message: Self.empty))
        case mw_method_get_ok:
            let tag = unsafe decoded.load(as: amqp_basic_get_ok_t.self).delivery_tag
            expect(channel, .delivered(channel: channel, consumer: "", tag: tag, message: Self.empty))
        case mw_method_return:
            let back = unsafe decoded.load(as: amqp_basic_return_t.self)
            let reason = unsafe text(back.reply_text)
            expect(channel, .returned(code: Int(unsafe back.reply_code), text: reason, correlation: ""))
        case mw_method_ack:
            let ack = unsafe decoded.load(as: amqp_basic_ack_t.self)
            return unsafe .confirmed(
                channel: channel, tag: ack.delivery_tag, multiple: ack.multiple != 0, isAccepted: true)
        case mw_method_nack:
            let nack = unsafe decoded.load(as: amqp_basic_nack_t.self)
            return unsafe .confirmed(
                channel: channel, tag: nack.delivery_tag, multiple: nack.multiple != 0, isAccepted: false)
        case mw_method_cancel: return .consumerCancelled(channel: channel)
        case mw_method_blocked:
            return .blocked(unsafe text(decoded.load(as: amqp_connection_blocked_t.self).reason))
        case mw_method_unblocked: return .unblocked
        case mw_method_channel_close:
            let reason = unsafe closeReason(frame.method, decoded, "the broker closed a channel")
            try acknowledgeClose(channel)
            return .channelClosed(channel: channel, reason)
        case mw_method_connection_close:
            let reason = unsafe closeReason(frame.method, decoded, "the broker closed the connection")
            _ = unsafe mw_send_connection_close_ok(state)
            throw reason
        default: break
        }
        return nil
    }

    private static var empty: BrokerMessage { BrokerMessage(id: "", body: Data()) }

    private func expect(_ channel: UInt16, _ head: BrokerEvent) { arriving[channel] = ArrivingMessage(head: head) }

    private func header(_ frame: mw_frame) throws(BrokerError) -> BrokerEvent? {
        guard var arriving = arriving[unsafe frame.channel], !arriving.hasHeader, let decoded = unsafe frame.decoded
        else {
            throw .connection("the broker sent a message header that belongs to nothing")
        }
        var properties = unsafe decoded.load(as: amqp_basic_properties_t.self)
        if unsafe mw_has_message_id(&properties) != 0 { arriving.message.id = unsafe text(properties.message_id) }
        if unsafe mw_has_correlation_id(&properties) != 0 {
            arriving.message.correlation = unsafe text(properties.correlation_id)
        }
        if unsafe mw_has_headers(&properties) != 0 { arriving.message.headers = unsafe fields(of: properties.headers) }
        arriving.hasHeader = true
        arriving.remaining = unsafe frame.body_size
        if unsafe frame.body_size > UInt64(QueueMessage.maximumBytes) {
            arriving.message.droppedBytes = unsafe frame.body_size
        }
        return finish(unsafe frame.channel, arriving)
    }

    private func body(_ frame: mw_frame) throws(BrokerError) -> BrokerEvent? {
        guard var arriving = arriving[unsafe frame.channel], arriving.hasHeader,
            UInt64(unsafe frame.body.len) <= arriving.remaining
        else { throw .connection("the broker sent more of a message than it had announced") }
        // The memory is released before the next part: a body is copied once.
        self.arriving[unsafe frame.channel] = nil
        if arriving.message.droppedBytes == nil { arriving.message.body.append(unsafe data(frame.body)) }
        arriving.remaining -= UInt64(unsafe frame.body.len)
        return finish(unsafe frame.channel, arriving)
    }

    private func finish(_ channel: UInt16, _ message: ArrivingMessage) -> BrokerEvent? {
        guard message.remaining == 0 else {
            arriving[channel] = message
            return nil
        }
        arriving[channel] = nil
        return switch message.head {
        case .delivered(let channel, let consumer, let tag, _):
            .delivered(channel: channel, consumer: consumer, tag: tag, message: message.message)
        case .returned(let code, let text, _):
            .returned(code: code, text: text, correlation: message.message.correlation)
        default: nil
        }
    }
}
