#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Debian's OpenStack Keystone, the real one, over TLS with a database of its own in a folder: two regions, a
# catalogue, a user that may only read and one that may do anything.  Runs until it is ended.
# usage: tests/lab/keystone.sh FOLDER PORT CERTIFICATE KEY SERVICES-URL
#   FOLDER/READY appears when it answers; FOLDER/keystone.rc holds what an administrator needs.
set -eu
folder=$1 port=$2 certificate=$3 key=$4 services=$5
here=$(cd "$(dirname "$0")" && pwd)
python=/usr/bin/python3		# Debian's: Keystone is a package of it
$python -c 'import keystone' 2>/dev/null || {
	echo "tests/lab/keystone.sh: python3-keystone is not installed: tests/deps.sh lab" >&2
	exit 1
}
umask 077
mkdir -p "$folder/fernet" "$folder/credential"
cat > "$folder/keystone.conf" <<-END
[DEFAULT]
log_file = $folder/keystone.log
use_stderr = false
[database]
connection = sqlite:///$folder/keystone.db
[token]
provider = fernet
expiration = 3600
[fernet_tokens]
key_repository = $folder/fernet
[credential]
key_repository = $folder/credential
[cache]
enabled = true
backend = oslo_cache.dict
END
manage() { keystone-manage --config-file "$folder/keystone.conf" "$@" 2>>"$folder/manage.log"; }
manage db_sync
# Keystone leaves a reader open between requests; only in this mode a writer may still write.
$python -c 'import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute("PRAGMA journal_mode=WAL")' "$folder/keystone.db"
user=$(id -un) group=$(id -gn)
manage fernet_setup --keystone-user "$user" --keystone-group "$group"
manage credential_setup --keystone-user "$user" --keystone-group "$group"
secret=$(head -c 18 /dev/urandom | base64 | tr '+/' '-_')
url=https://localhost:$port/v3
# The password goes by the environment: arguments are seen by everybody on the machine.
OS_BOOTSTRAP_PASSWORD=$secret manage bootstrap --bootstrap-public-url "$url" --bootstrap-internal-url "$url" \
	--bootstrap-admin-url "$url" --bootstrap-region-id tokyo
printf 'url=%s\nsecret=%s\n' "$url" "$secret" > "$folder/keystone.rc"
exec $python "$here/keystone_serve.py" "$folder" "$port" "$certificate" "$key" "$services"
