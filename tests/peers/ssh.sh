# SPDX-License-Identifier: Apache-2.0
# The ssh probe against OpenSSH's sshd, strict and lax, and dropbear.
mkdir -p /run/sshd "$dir/keys"
for kind in ed25519 ecdsa rsa; do ssh-keygen -q -t $kind -N '' -f "$dir/keys/$kind"; done
ssh-keygen -q -t rsa -b 1024 -N '' -f "$dir/keys/short" 2>/dev/null
ssh-keygen -q -t dsa -N '' -f "$dir/keys/dsa" 2>/dev/null
cat > "$dir/good" <<EOF
Port 2201
ListenAddress 127.0.0.1
HostKey $dir/keys/ed25519
HostKey $dir/keys/ecdsa
HostKey $dir/keys/rsa
KexAlgorithms sntrup761x25519-sha512@openssh.com,curve25519-sha256
Ciphers aes256-gcm@openssh.com
MACs hmac-sha2-512-etm@openssh.com
PasswordAuthentication no
KbdInteractiveAuthentication no
PidFile none
StrictModes no
EOF
cat > "$dir/bad" <<EOF
Port 2202
ListenAddress 127.0.0.1
HostKey $dir/keys/short
HostKey $dir/keys/dsa
HostKeyAlgorithms ssh-rsa,ssh-dss
RequiredRSASize 1024
KexAlgorithms diffie-hellman-group1-sha1,diffie-hellman-group14-sha1
Ciphers aes128-cbc,3des-cbc
MACs hmac-md5,hmac-sha1
PasswordAuthentication yes
PidFile none
StrictModes no
EOF
for which in good bad; do /usr/sbin/sshd -D -e -f "$dir/$which" 2> "$dir/$which.log" & done
dropbearkey -t ed25519 -f "$dir/keys/bear" >/dev/null 2>&1
dropbearkey -t rsa -s 2048 -f "$dir/keys/bear-rsa" >/dev/null 2>&1
dropbear -F -E -s -r "$dir/keys/bear" -r "$dir/keys/bear-rsa" -p 127.0.0.1:2203 2> "$dir/bear.log" &
for port in 2201 2202 2203; do
	await listens 127.0.0.1:$port
done
sees() { grep -qE "$1" "$dir/out" || { cat "$dir/out" "$dir"/*.log; return 1; }; }
has_print() { sees "$(ssh-keygen -lf "$dir/keys/$1" | cut -d' ' -f2 | sed 's/[+]/[+]/g')"; }

check "ssh: a strict sshd is up" "$program" probe ssh 127.0.0.1:2201
"$program" probe ssh 127.0.0.1:2201 > "$dir/out" 2>&1
check "ssh: its three host keys signed, as ssh-keygen shows them" eval 'has_print ed25519 && has_print ecdsa && has_print rsa'
check "ssh: it is post-quantum, has nothing weak, and no password" eval \
	'sees "ssh.post_quantum *yes" && sees "ssh.weak *0" && sees "ssh.auth.password *no" && sees "ssh.auth.methods *publickey"'
spki=$(ssh-keygen -e -m PKCS8 -f "$dir/keys/rsa.pub" | openssl pkey -pubin -outform DER | sha256sum | cut -d' ' -f1)
check "ssh: the key on the wire is the SubjectPublicKeyInfo of the file" sees "$spki"
print=$(ssh-keygen -lf "$dir/keys/ed25519" | cut -d' ' -f2)
"$program" probe ssh 127.0.0.1:2201 --option hostkeys=first --option "fingerprints=$print" > "$dir/out" 2>&1
check "ssh: a host key that is expected is so" sees 'ssh.hostkey.expected *yes'
"$program" probe ssh 127.0.0.1:2201 --option hostkeys=first --option fingerprints=SHA256:other > "$dir/out" 2>&1
check "ssh: another is told" sees 'none of the configured'

"$program" probe ssh 127.0.0.1:2202 > "$dir/out" 2>&1
check "ssh: a lax sshd is degraded" sees 'degraded .*has 9 weaknesses'
check "ssh: group1, SHA-1, CBC, MD5, DSA, short RSA and password are seen" eval \
	'sees "diffie-hellman-group1-sha1: " && sees "3des-cbc: " && sees "hmac-md5: " && sees "ssh-dss: " && sees "RSA 1024: " && sees "ssh.auth.password *yes"'
check "ssh: old host keys signed too" sees 'ssh.hostkey.proven *yes'

"$program" probe ssh 127.0.0.1:2203 > "$dir/out" 2>&1
check "ssh: dropbear's two host keys signed" eval 'sees "ssh.hostkey.kind *Ed25519, RSA 2048" && sees "ssh.hostkey.proven *yes"'
check "ssh: dropbear without passwords offers none" sees 'ssh.auth.password *no'
