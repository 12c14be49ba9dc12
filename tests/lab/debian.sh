#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Packages of another release of Debian, unpacked beside the system and never installed, for tests that need what this one has not.
# Exit 1 with a sentence where they cannot be had.
# usage: tests/lab/debian.sh RELEASE FOLDER PACKAGE...		(into FOLDER/root; FOLDER/log)
set -u
release=$1 dir=$2
shift 2
# The mirror that this machine takes its packages from.
mirror=${DEBIAN_MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
	awk '/security/ { next } /\/debian\/?$/ { best = $0; exit } other == "" { other = $0 } END { print best != "" ? best : other }')}
[ -n "$mirror" ] || { echo "this machine names no mirror of Debian; set DEBIAN_MIRROR" >&2; exit 1; }
apt=$dir/apt
mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$apt/etc" "$dir/root"
: > "$apt/status"
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $release main" > "$apt/etc/sources.list"
get() {
	apt-get -qq -o "Dir::State=$apt" -o "Dir::State::lists=$apt/lists" -o "Dir::State::status=$apt/status" -o "Dir::Cache=$apt" \
	    -o "Dir::Etc::sourcelist=$apt/etc/sources.list" -o Dir::Etc::sourceparts=/nonexistent -o Dir::Etc::preferences=/nonexistent \
	    -o Dir::Etc::preferencesparts=/nonexistent -o APT::Sandbox::User=root -o Acquire::Languages=none -o Acquire::Retries=1 \
	    -o Acquire::http::Timeout=20 "$@"
}
(cd "$apt/archives" && get update && get download "$@") >"$dir/log" 2>&1 || {
	echo "packages of Debian $release cannot be fetched from $mirror: $(tail -n 1 "$dir/log")" >&2
	exit 1
}
for package in "$apt"/archives/*.deb; do dpkg-deb -x "$package" "$dir/root" || exit 1; done
rm -rf "$apt"
