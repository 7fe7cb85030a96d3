#pragma once
#include <microhttpd.h>

// libmicrohttpd takes its settings as variadic arguments, which Swift cannot call.

struct maskwatch_mhd_settings {
  int listen_socket;
  unsigned int threads, connections, connections_per_address, idle_seconds;
  size_t memory_per_connection;
  const char *key_pem, *certificate_pem;  // both or neither
};

struct maskwatch_mhd_callbacks {
  void *context;
  MHD_AccessHandlerCallback request;
  MHD_RequestCompletedCallback completed;
  MHD_NotifyConnectionCallback connection;
  size_t (*unescape)(void *context, struct MHD_Connection *connection, char *text);
};

static inline struct MHD_Daemon *maskwatch_mhd_start(const struct maskwatch_mhd_settings *s,
                                                     const struct maskwatch_mhd_callbacks *c) {
  unsigned int flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME;
  if (s->key_pem) flags |= MHD_USE_TLS;
  struct MHD_OptionItem tls[] = {
    {s->key_pem ? MHD_OPTION_HTTPS_MEM_KEY : MHD_OPTION_END, 0, (void *)s->key_pem},
    {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)s->certificate_pem},
    {MHD_OPTION_END, 0, NULL}};
  return MHD_start_daemon(flags, 0, NULL, NULL, c->request, c->context,
                          MHD_OPTION_LISTEN_SOCKET, s->listen_socket,
                          MHD_OPTION_THREAD_POOL_SIZE, s->threads,
                          MHD_OPTION_CONNECTION_LIMIT, s->connections,
                          MHD_OPTION_PER_IP_CONNECTION_LIMIT, s->connections_per_address,
                          MHD_OPTION_CONNECTION_TIMEOUT, s->idle_seconds,
                          MHD_OPTION_CONNECTION_MEMORY_LIMIT, s->memory_per_connection,
                          MHD_OPTION_STRICT_FOR_CLIENT, 1,
                          MHD_OPTION_NOTIFY_COMPLETED, c->completed, c->context,
                          MHD_OPTION_NOTIFY_CONNECTION, c->connection, c->context,
                          MHD_OPTION_UNESCAPE_CALLBACK, c->unescape, c->context,
                          MHD_OPTION_ARRAY, tls,
                          MHD_OPTION_END);
}

// The object given to the connection when it was accepted.
static inline void *maskwatch_mhd_connection_context(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  return info ? info->socket_context : NULL;
}

static inline int maskwatch_mhd_socket(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  return info ? info->connect_fd : -1;
}

static inline const struct sockaddr *maskwatch_mhd_peer(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  return info ? info->client_addr : NULL;
}
