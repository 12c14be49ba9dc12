#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A strongSwan that agrees on ML-KEM in IKEv2 (RFC 9370), for tests alone: Debian 14's charon with its own libraries, unpacked
# beside the system (that of Debian 13 chooses ML-KEM and then cannot compute it).  Prints the command that runs it, which must be in a mount namespace of its own: the folder of its plugins is
# compiled in, so that it is laid over the system's.  Exit 1 with a sentence where it cannot be had.
# usage: tests/lab/strongswan6.sh [FOLDER]		(build/strongswan6 if not given)
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
dir=${1:-$root/build/strongswan6}
run="$dir/charon"

if [ ! -x "$run" ]; then
	mkdir -p "$dir" && exec 9> "$dir/lock" && flock 9 || exit 1
fi
if [ ! -x "$run" ]; then
	"$root/tests/lab/debian.sh" forky "$dir" charon-systemd strongswan-libcharon libstrongswan libstrongswan-standard-plugins \
	    libcharon-extra-plugins strongswan-swanctl libc6 libssl3t64 libsystemd0 libcap2 zlib1g libzstd1 || exit 1
	libs=$(dirname "$(find "$dir/root" -name 'libssl.so.3' | head -n 1)")
	loader=$(find "$dir/root" -name 'ld-linux-*.so.*' | head -n 1)
	cat > "$run.new" <<END
#!/bin/sh
mount --bind '$dir/root/usr/lib/ipsec' /usr/lib/ipsec || exit 1
OPENSSL_MODULES='$libs/ossl-modules' OPENSSL_CONF=/dev/null exec '$loader' --library-path '$libs:/usr/lib/ipsec' '$dir/root/usr/sbin/charon-systemd' "\$@"
END
	chmod 755 "$run.new"
	mv "$run.new" "$run"
fi
echo "$run"
