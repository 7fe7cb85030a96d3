#pragma once
#include <curl/curl.h>
#include <string.h>

// curl_easy_setopt and curl_easy_getinfo are variadic (and macros), which Swift cannot call.

static inline CURLcode maskwatch_curl_set_long(CURL *handle, CURLoption option, long value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode maskwatch_curl_set_size(CURL *handle, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode maskwatch_curl_set_text(CURL *handle, CURLoption option, const char *value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode maskwatch_curl_set_headers(CURL *handle, struct curl_slist *headers) {
  return curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
}

// The body must live until the transfer is over.
static inline CURLcode maskwatch_curl_set_body(CURL *handle, const void *body) {
  return curl_easy_setopt(handle, CURLOPT_POSTFIELDS, body);
}

struct maskwatch_curl_callbacks {
  void *context;
  size_t (*header)(char *bytes, size_t size, size_t count, void *context);
  size_t (*body)(char *bytes, size_t size, size_t count, void *context);
  int (*progress)(void *context, curl_off_t, curl_off_t, curl_off_t, curl_off_t);
  // Whether a connection to the address may be opened.
  int (*permits)(void *context, const struct sockaddr *address);
};

static inline curl_socket_t maskwatch_curl_open(void *callbacks, curlsocktype purpose, struct curl_sockaddr *address) {
  const struct maskwatch_curl_callbacks *c = callbacks;
  if (!c->permits(c->context, &address->addr)) return CURL_SOCKET_BAD;
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

// The callbacks must live until the transfer is over.
static inline void maskwatch_curl_set_callbacks(CURL *handle, const struct maskwatch_curl_callbacks *c) {
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, c->header);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, c->context);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, c->body);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, c->context);
  curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, c->progress);
  curl_easy_setopt(handle, CURLOPT_XFERINFODATA, c->context);
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, maskwatch_curl_open);
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, (void *)c);
}

static inline long maskwatch_curl_status(CURL *handle) {
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  return status;
}

// What is uploaded: read from the beginning to the end, once.
struct maskwatch_curl_source {
  const void *bytes;
  size_t count;
  size_t position;
};

static inline size_t maskwatch_curl_read(char *buffer, size_t size, size_t count, void *context) {
  struct maskwatch_curl_source *source = context;
  size_t room = size * count;
  size_t left = source->count - source->position;
  size_t part = left < room ? left : room;
  if (part > 0) memcpy(buffer, (const char *)source->bytes + source->position, part);
  source->position += part;
  return part;
}

// The source and the recipients must live until the transfer is over.
static inline CURLcode maskwatch_curl_set_mail(CURL *handle, struct maskwatch_curl_source *source,
                                               struct curl_slist *recipients) {
  curl_easy_setopt(handle, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(handle, CURLOPT_READFUNCTION, maskwatch_curl_read);
  curl_easy_setopt(handle, CURLOPT_READDATA, source);
  return curl_easy_setopt(handle, CURLOPT_MAIL_RCPT, recipients);
}
