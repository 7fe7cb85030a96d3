#pragma once
#include <errno.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/imgutils.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>

// Macros that Swift cannot see.
static const int maskwatch_AVERROR_EOF = AVERROR_EOF;
static const int maskwatch_AVERROR_EXIT = AVERROR_EXIT;
static const int maskwatch_AVERROR_INVALIDDATA = AVERROR_INVALIDDATA;
static const int maskwatch_AVERROR_HTTP_BAD_REQUEST = AVERROR_HTTP_BAD_REQUEST;
static const int maskwatch_AVERROR_HTTP_UNAUTHORIZED = AVERROR_HTTP_UNAUTHORIZED;
static const int maskwatch_AVERROR_HTTP_FORBIDDEN = AVERROR_HTTP_FORBIDDEN;
static const int maskwatch_AVERROR_HTTP_NOT_FOUND = AVERROR_HTTP_NOT_FOUND;
static const int maskwatch_AVERROR_HTTP_OTHER_4XX = AVERROR_HTTP_OTHER_4XX;
static const int maskwatch_AVERROR_HTTP_SERVER_ERROR = AVERROR_HTTP_SERVER_ERROR;
static const int maskwatch_AVERROR_PROTOCOL_NOT_FOUND = AVERROR_PROTOCOL_NOT_FOUND;
static const int maskwatch_AVERROR_DECODER_NOT_FOUND = AVERROR_DECODER_NOT_FOUND;
static const int maskwatch_AVERROR_PATCHWELCOME = AVERROR_PATCHWELCOME;

static inline int maskwatch_averror(int posix_error) { return AVERROR(posix_error); }
