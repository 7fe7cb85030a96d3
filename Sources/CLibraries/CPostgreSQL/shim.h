#pragma once
#include <libpq-fe.h>

/* The one-letter names of error fields are macros of character constants, which Swift does not import. */
enum { MW_DIAG_SQLSTATE = PG_DIAG_SQLSTATE, MW_DIAG_MESSAGE = PG_DIAG_MESSAGE_PRIMARY };

/* libpq prints notices on stderr unless a receiver takes them. */
static inline void mw_drop_notice(void *context, const PGresult *notice) {
    (void)context;
    (void)notice;
}

static inline void mw_silence_notices(PGconn *connection) {
    PQsetNoticeReceiver(connection, mw_drop_notice, NULL);
}
