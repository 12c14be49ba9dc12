#!/bin/sh
# RFC 3161 time-stamp authority: openssl's, behind nginx.
query=$(mktemp) reply=$(mktemp)
head -c "${CONTENT_LENGTH:-0}" > "$query"
if (flock 9; openssl ts -reply -config @DIR@/pki/tsa.conf -queryfile "$query" -out "$reply") 9>@DIR@/pki/tsa.lock 2>/dev/null; then
	printf 'Content-Type: application/timestamp-reply\r\n\r\n'
	cat "$reply"
else
	printf 'Status: 400 Bad Request\r\n\r\n'
fi
rm -f "$query" "$reply"
