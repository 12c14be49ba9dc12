#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# An OpenSSL that speaks ML-KEM, for tests alone: Debian 13's openssl with its own libraries, unpacked beside the system
# and never installed.  Prints the command that runs it; exit 1 with a sentence where it cannot be had.
# usage: tests/lab/openssl35.sh [FOLDER]		(build/openssl35 if not given)
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
dir=${1:-$root/build/openssl35}
# The mirror that this machine takes its packages from.
mirror=${DEBIAN_MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
	awk '/security/ { next } /\/debian\/?$/ { best = $0; exit } other == "" { other = $0 } END { print best != "" ? best : other }')}
run="$dir/openssl"

if [ ! -x "$run" ]; then
	# The system's own, where it is new enough.
	if openssl version 2>/dev/null | grep -qE '^OpenSSL (3\.[5-9]|[4-9])'; then echo openssl; exit 0; fi
	mkdir -p "$dir" && exec 9> "$dir/lock" && flock 9 || exit 1
fi
if [ ! -x "$run" ]; then
	[ -n "$mirror" ] || { echo "this machine names no mirror of Debian; set DEBIAN_MIRROR" >&2; exit 1; }
	apt=$dir/apt
	mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$apt/etc" "$dir/root"
	: > "$apt/status"
	echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" > "$apt/etc/sources.list"
	set -- -qq -o "Dir::State=$apt" -o "Dir::State::lists=$apt/lists" -o "Dir::State::status=$apt/status" -o "Dir::Cache=$apt" \
	    -o "Dir::Etc::sourcelist=$apt/etc/sources.list" -o Dir::Etc::sourceparts=/nonexistent -o Dir::Etc::preferences=/nonexistent \
	    -o Dir::Etc::preferencesparts=/nonexistent -o APT::Sandbox::User=root -o Acquire::Languages=none -o Acquire::Retries=1 \
	    -o Acquire::http::Timeout=20
	(cd "$apt/archives" && apt-get "$@" update && apt-get "$@" download openssl libssl3t64 openssl-provider-legacy libc6 libzstd1 zlib1g) >"$dir/log" 2>&1 || {
		echo "Debian 13's openssl cannot be fetched from $mirror: $(tail -n 1 "$dir/log")" >&2
		exit 1
	}
	for package in "$apt"/archives/*.deb; do dpkg-deb -x "$package" "$dir/root" || exit 1; done
	libs=$(dirname "$(find "$dir/root" -name 'libssl.so.3' | head -n 1)")
	loader=$(find "$dir/root" -name 'ld-linux-*.so.*' | head -n 1)
	cat > "$run.new" <<END
#!/bin/sh
OPENSSL_MODULES='$libs/ossl-modules' OPENSSL_CONF=/dev/null exec '$loader' --library-path '$libs' '$dir/root/usr/bin/openssl' "\$@"
END
	chmod 755 "$run.new"
	"$run.new" version > /dev/null || exit 1
	mv "$run.new" "$run"
	rm -rf "$apt/lists" "$apt/archives"
fi
echo "$run"
