#!/bin/sh
# Keeps what it is sent, one line each, and accepts it.
body=$(head -c "${CONTENT_LENGTH:-0}")
printf '%s\n' "$body" >> @DIR@/received/notice
printf 'Content-Type: text/plain\r\n\r\naccepted\n'
