#pragma once
#include <string.h>
#include <sys/time.h>
#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>

/* amqp_login_with_properties is variadic. */
static inline amqp_rpc_reply_t mw_amqp_login(amqp_connection_state_t state, const char *vhost, int frame_max,
                                             int heartbeat, const amqp_table_t *properties, const char *user,
                                             const char *password) {
  return amqp_login_with_properties(state, vhost, 0, frame_max, heartbeat, properties, AMQP_SASL_METHOD_PLAIN, user,
                                    password);
}

/* Method numbers, frame types and property flags are macros with casts, which Swift cannot import. */
enum {
  mw_method_connection_close = AMQP_CONNECTION_CLOSE_METHOD,
  mw_method_blocked = AMQP_CONNECTION_BLOCKED_METHOD,
  mw_method_unblocked = AMQP_CONNECTION_UNBLOCKED_METHOD,
  mw_method_channel_close = AMQP_CHANNEL_CLOSE_METHOD,
  mw_method_cancel = AMQP_BASIC_CANCEL_METHOD,
  mw_method_deliver = AMQP_BASIC_DELIVER_METHOD,
  mw_method_return = AMQP_BASIC_RETURN_METHOD,
  mw_method_ack = AMQP_BASIC_ACK_METHOD,
  mw_method_nack = AMQP_BASIC_NACK_METHOD,
  mw_method_get_ok = AMQP_BASIC_GET_OK_METHOD,
  mw_frame_method = AMQP_FRAME_METHOD,
  mw_frame_header = AMQP_FRAME_HEADER,
  mw_frame_body = AMQP_FRAME_BODY
};

static inline amqp_bytes_t mw_bytes(const void *bytes, size_t count) {
  amqp_bytes_t result;
  result.len = count;
  result.bytes = (void *)bytes;
  return result;
}

/* The properties that Maskwatch sends: JSON, persistent or not, with identity, correlation and headers. */
static inline amqp_basic_properties_t mw_properties(int persistent, amqp_bytes_t message_id,
                                                    amqp_bytes_t correlation_id, amqp_table_t headers) {
  amqp_basic_properties_t properties;
  memset(&properties, 0, sizeof properties);
  properties._flags = AMQP_BASIC_CONTENT_TYPE_FLAG | AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_MESSAGE_ID_FLAG |
                      AMQP_BASIC_CORRELATION_ID_FLAG | AMQP_BASIC_HEADERS_FLAG;
  properties.content_type = amqp_cstring_bytes("application/json");
  properties.delivery_mode = persistent ? 2 : 1;
  properties.message_id = message_id;
  properties.correlation_id = correlation_id;
  properties.headers = headers;
  return properties;
}

static inline int mw_has_message_id(const amqp_basic_properties_t *p) {
  return (p->_flags & AMQP_BASIC_MESSAGE_ID_FLAG) != 0;
}
static inline int mw_has_correlation_id(const amqp_basic_properties_t *p) {
  return (p->_flags & AMQP_BASIC_CORRELATION_ID_FLAG) != 0;
}
static inline int mw_has_headers(const amqp_basic_properties_t *p) {
  return (p->_flags & AMQP_BASIC_HEADERS_FLAG) != 0;
}

/* 1 if the value is a whole number, which is written to `number`; the wire has eight kinds of them. */
static inline int mw_field_integer(const amqp_field_value_t *value, int64_t *number) {
  switch (value->kind) {
    case AMQP_FIELD_KIND_I8: *number = value->value.i8; return 1;
    case AMQP_FIELD_KIND_U8: *number = value->value.u8; return 1;
    case AMQP_FIELD_KIND_I16: *number = value->value.i16; return 1;
    case AMQP_FIELD_KIND_U16: *number = value->value.u16; return 1;
    case AMQP_FIELD_KIND_I32: *number = value->value.i32; return 1;
    case AMQP_FIELD_KIND_U32: *number = value->value.u32; return 1;
    case AMQP_FIELD_KIND_I64: *number = value->value.i64; return 1;
    case AMQP_FIELD_KIND_U64: *number = (int64_t)value->value.u64; return 1;
    default: return 0;
  }
}

/* 1 if the value is text or bytes, which stay in the memory of the table. */
static inline int mw_field_bytes(const amqp_field_value_t *value, amqp_bytes_t *bytes) {
  if (value->kind != AMQP_FIELD_KIND_UTF8 && value->kind != AMQP_FIELD_KIND_BYTES) return 0;
  *bytes = value->value.bytes;
  return 1;
}

static inline amqp_table_entry_t mw_text_entry(amqp_bytes_t key, amqp_bytes_t text) {
  amqp_table_entry_t entry;
  entry.key = key;
  entry.value.kind = AMQP_FIELD_KIND_UTF8;
  entry.value.value.bytes = text;
  return entry;
}

static inline amqp_table_entry_t mw_integer_entry(amqp_bytes_t key, int64_t number) {
  amqp_table_entry_t entry;
  entry.key = key;
  entry.value.kind = AMQP_FIELD_KIND_I64;
  entry.value.value.i64 = number;
  return entry;
}

static inline amqp_table_entry_t mw_boolean_entry(amqp_bytes_t key, int value) {
  amqp_table_entry_t entry;
  entry.key = key;
  entry.value.kind = AMQP_FIELD_KIND_BOOLEAN;
  entry.value.value.boolean = value;
  return entry;
}

static inline amqp_table_entry_t mw_table_entry(amqp_bytes_t key, amqp_table_t table) {
  amqp_table_entry_t entry;
  entry.key = key;
  entry.value.kind = AMQP_FIELD_KIND_TABLE;
  entry.value.value.table = table;
  return entry;
}

/* One frame, without the union. Pointers live until the buffers of the connection are released. */
struct mw_frame {
  int type;
  uint16_t channel;
  uint32_t method;
  const void *decoded;
  uint64_t body_size;
  amqp_bytes_t body;
};

/* Waits up to `seconds` for a frame. Returns an amqp_status_enum. */
static inline int mw_next_frame(amqp_connection_state_t state, int seconds, struct mw_frame *result) {
  amqp_frame_t frame;
  struct timeval limit = {seconds, 0};
  int status = amqp_simple_wait_frame_noblock(state, &frame, &limit);
  if (status != AMQP_STATUS_OK) return status;
  memset(result, 0, sizeof *result);
  result->type = frame.frame_type;
  result->channel = frame.channel;
  if (frame.frame_type == AMQP_FRAME_METHOD) {
    result->method = frame.payload.method.id;
    result->decoded = frame.payload.method.decoded;
  } else if (frame.frame_type == AMQP_FRAME_HEADER) {
    result->decoded = frame.payload.properties.decoded;
    result->body_size = frame.payload.properties.body_size;
  } else if (frame.frame_type == AMQP_FRAME_BODY) {
    result->body = frame.payload.body_fragment;
  }
  return status;
}

/* Answers that close a channel or a connection have no fields. */
static inline int mw_send_channel_close_ok(amqp_connection_state_t state, uint16_t channel) {
  amqp_channel_close_ok_t method = {0};
  return amqp_send_method(state, channel, AMQP_CHANNEL_CLOSE_OK_METHOD, &method);
}
static inline int mw_send_connection_close_ok(amqp_connection_state_t state) {
  amqp_connection_close_ok_t method = {0};
  return amqp_send_method(state, 0, AMQP_CONNECTION_CLOSE_OK_METHOD, &method);
}
