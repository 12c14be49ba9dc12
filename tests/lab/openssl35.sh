#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# An OpenSSL that speaks ML-KEM, for tests alone: Debian 13's openssl with its own libraries, unpacked beside the system
# and never installed.  Prints the command that runs it; exit 1 with a sentence where it cannot be had.
# usage: tests/lab/openssl35.sh [FOLDER]		(build/openssl35 if not given)
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
dir=${1:-$root/build/openssl35}
run="$dir/openssl"

if [ ! -x "$run" ]; then
	# The system's own, where it is new enough.
	if openssl version 2>/dev/null | grep -qE '^OpenSSL (3\.[5-9]|[4-9])'; then echo openssl; exit 0; fi
	mkdir -p "$dir" && exec 9> "$dir/lock" && flock 9 || exit 1
fi
if [ ! -x "$run" ]; then
	"$root/tests/lab/debian.sh" trixie "$dir" openssl libssl3t64 openssl-provider-legacy libc6 libzstd1 zlib1g || exit 1
	libs=$(dirname "$(find "$dir/root" -name 'libssl.so.3' | head -n 1)")
	loader=$(find "$dir/root" -name 'ld-linux-*.so.*' | head -n 1)
	cat > "$run.new" <<END
#!/bin/sh
OPENSSL_MODULES='$libs/ossl-modules' OPENSSL_CONF=/dev/null exec '$loader' --library-path '$libs' '$dir/root/usr/bin/openssl' "\$@"
END
	chmod 755 "$run.new"
	"$run.new" version > /dev/null || exit 1
	mv "$run.new" "$run"
fi
echo "$run"
