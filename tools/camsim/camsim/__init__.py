"""Simulated RTSP cameras, independent of Maskwatch's own capture code: GStreamer's RTSP server, ffmpeg's encoders."""
