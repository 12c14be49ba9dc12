#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs what a target needs, in one apt call, and nothing if it is all there.
# usage: tests/deps.sh build|lab|test|bench...
set -eu

build="gcc libc6-dev make pkg-config gettext mandoc libsqlite3-dev libssl-dev libuv1-dev libsnmp-dev libconfig-dev
       libjansson-dev libncurses-dev libseccomp-dev libcap-dev libcurl4-openssl-dev libnghttp2-dev libexpat1-dev zlib1g-dev
       libp11-kit-dev libtss2-dev libhttp-parser-dev libunbound-dev ca-certificates libpango1.0-dev libcairo2-dev libxlsxwriter-dev
       libqpdf-dev fonts-morisawa-bizud-gothic"
lab="nginx-light snmpd fcgiwrap rsyslog openssl iproute2 procps softhsm2 opensc libengine-pkcs11-openssl kamailio
     openssh-server dropbear-bin chrony libfaketime nsd unbound ldnsutils stayrtr exim4-daemon-light
     kamailio-tls-modules baresip-core tshark freediameterd freediameter-extensions prometheus-node-exporter osmo-ggsn freeradius
     gnutls-bin default-jre-headless strongswan-charon charon-systemd strongswan-swanctl
     libstrongswan-standard-plugins libstrongswan-extra-plugins libcharon-extra-plugins python3-pysnmp4
     swtpm tpm2-tools tpm2-openssl python3-keystone python3-cryptography"
tests="python3-jsonschema python3-icalendar libcmocka-dev libmaxminddb-dev clang libclang-rt-14-dev tmux poppler-utils qpdf unzip snmp rsyslog-openssl prometheus-alertmanager curl"
bench="libcmocka-dev libmaxminddb-dev poppler-utils prometheus-blackbox-exporter prometheus-snmp-exporter wrk testssl.sh sslscan fping curl"

wanted=
for set in "$@"; do
	case $set in
	build) wanted="$wanted $build" ;;
	lab) wanted="$wanted $lab" ;;
	test) wanted="$wanted $tests" ;;
	bench) wanted="$wanted $bench" ;;
	*) echo "tests/deps.sh: there is no set \"$set\": build, lab, test or bench" >&2; exit 2 ;;
	esac
done
# clang's runtime carries the version of the release.
release=$(sed -n 's/^VERSION_ID="\(.*\)"/\1/p' /etc/os-release)
[ "$release" = 13 ] && wanted=$(echo "$wanted" | sed 's/libclang-rt-14-dev/libclang-rt-19-dev/')

missing=
for package in $wanted; do
	dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed ||
		missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" != 0 ]; then
	command -v sudo >/dev/null || {
		echo "packages are missing:$missing; run this as root, or install sudo" >&2
		exit 1
	}
	as_root=sudo
fi
echo "installing:$missing"
# Servers are for the lab's own namespaces: none may start on the host because it was installed.
guard=/usr/sbin/policy-rc.d
if [ ! -e $guard ]; then
	printf '#!/bin/sh\nexit 101\n' | $as_root tee $guard >/dev/null
	$as_root chmod 755 $guard
	trap '$as_root rm -f $guard' EXIT
fi
$as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update
# shellcheck disable=SC2086
$as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $missing >/dev/null
