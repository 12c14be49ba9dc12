# SPDX-License-Identifier: Apache-2.0
# The audit of a whole token, by hand, against two real tokens of SoftHSM2: one as it should be, and one with each
# fault that is looked for; then each fault alone, put there and taken away.
[ -x "build/$V/tests/tools/token_key" ] || make --no-print-directory V="$V" "build/$V/tests/tools/token_key" >/dev/null
module=/usr/lib/softhsm/libsofthsm2.so
mkdir "$dir/tokens"
export SOFTHSM2_CONF=$dir/softhsm2.conf
printf 'directories.tokendir = %s/tokens\nobjectstore.backend = file\nlog.level = ERROR\n' "$dir" > "$SOFTHSM2_CONF"
printf '13579\n' > "$dir/pin"; chmod 600 "$dir/pin"
for token in good bad; do softhsm2-util --init-token --free --label $token --so-pin 2468 --pin 13579 > /dev/null; done
key() { local token=$1; shift; "build/$V/tests/tools/token_key" $module "$token" 13579 "$@"; }	# TOKEN ID LABEL [leaves]
tool() { local token=$1; shift; pkcs11-tool --module $module --token-label "$token" --login --pin 13579 "$@" > "$dir/tool" 2>&1 || tail -n 2 "$dir/tool"; }
certificate() {	# NAME CONSTRAINTS
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$dir/$1.key" -subj "/CN=$1" -addext "basicConstraints=critical,$2" \
		-outform DER -out "$dir/$1.der" 2>/dev/null
	tool bad --write-object "$dir/$1.der" --type cert --label "$1" --id 0c
}
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -outform DER -out "$dir/brought.der"
key good 1 own && key good 2 second && key bad 1 own
tool bad --keypairgen --key-type EC:prime256v1 --extractable --id 02 --label leaves
tool bad --keygen --key-type AES:32 --id 03 --label wrapper
tool bad --write-object "$dir/brought.der" --type privkey --id 04 --label brought
certificate alone CA:FALSE; certificate authority CA:TRUE

audit() {	# TOKEN USED
	"$program" probe token --option module=$module --option token="$1" --option key=own --option pin="$dir/pin" --option audit=true --option used="$2" \
		--option paths="$dir/tokens, $dir/softhsm2.conf" --option environment="SOFTHSM2_CONF=$SOFTHSM2_CONF" > "$dir/said" 2>&1
}
# told FACT VALUE: the fact is told so.
told() { grep -Eq -- "^ *$1 +$2" "$dir/said" || { grep -F "$1" "$dir/said" || tail -n 12 "$dir/said"; return 1; }; }
audit good label=second; code=$?
check "token: a good one is up, its key signed" sh -c "[ $code = 0 ] && grep -Eq 'key.signed +(yes|true)' '$dir/said'"
check "token: it was listed whole" told token.audited "(yes|true)"
check "token: with both keys" told token.keys 2
for fault in extractable readable imported overpowered unused keyless unsaid; do
	check "token: nothing is $fault" told "token.$fault.count" 0
done
audit good ""
check "token: a key that nobody names is unused" told token.unused "second \(id 32\)"

audit bad ""; code=$?
cp "$dir/said" "$dir/bad"
check "token: the one with every fault still signs: faults are for controls to judge" test $code = 0
check "token: four keys, two certificates" sh -c "grep -Eq 'token.keys +4' '$dir/bad' && grep -Eq 'token.certificates +2' '$dir/bad'"
check "token: the key that can leave is named" told token.extractable "leaves \(id 02\)"
check "token: the key from outside is named" told token.imported "brought \(id 04\)"
check "token: one that may do everything is named, with what" told token.overpowered ".*wrapper \(id 03\): wrap, decrypt"
check "token: those of no known use are counted" told token.unused.count 3
check "token: a certificate without its key is named, an authority's is not" sh -c "grep -Eq 'token.keyless +alone \(id 0c\)$' '$dir/bad' && grep -Eq 'token.keyless.count +1$' '$dir/bad'"

# One by one, on the good token: it appears, is named, and is gone with the key.
key good 9 spare leaves
audit good "label=second, label=spare"
check "token: a key that can leave appears" told token.extractable "spare \(id 39\)"
check "token: and only that is wrong" sh -c "grep -Eq 'token.imported.count +0' '$dir/said' && grep -Eq 'token.overpowered.count +0' '$dir/said'"
tool good --delete-object --type privkey --label spare; tool good --delete-object --type pubkey --label spare
audit good label=second
check "token: once it is deleted nothing can leave" told token.extractable.count 0
check "token: no sanitizer has to say anything" sh -c "! grep -l 'Sanitizer\|runtime error' '$dir/said' '$dir/bad'"
