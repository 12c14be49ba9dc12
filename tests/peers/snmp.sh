# SPDX-License-Identifier: Apache-2.0
# The snmp probes against real agents: snmpd well and badly configured, and pysnmp, whose AES-256 keys come in both kinds.
# tshark judges every datagram of ours.
. tests/judge.sh
mkdir -p "$dir/store-good" "$dir/store-bad"
echo auth-pass-phrase > "$dir/auth"; echo privacy-pass-phrase > "$dir/privacy"; chmod 600 "$dir/auth" "$dir/privacy"
cat > "$dir/good.conf" <<'END'
createUser probe SHA-256 "auth-pass-phrase" AES "privacy-pass-phrase"
rouser probe priv
END
cat > "$dir/bad.conf" <<'END'
createUser probe MD5 "auth-pass-phrase" DES "privacy-pass-phrase"
rouser probe noauth
rocommunity public
END
cat > "$dir/permission" <<'END'
permissions = ( { who = "the lab"; until = "2099-12-31"; why = "peers"; hosts = [ "127.0.0.11", "127.0.0.12" ]; attempts = [ "all" ]; } );
END
cat > "$dir/agent.py" <<'END'
import sys
from pysnmp.carrier.asyncore.dgram import udp
from pysnmp.entity import config, engine
from pysnmp.entity.rfc3413 import cmdrsp, context
privacy = {"AES-256": config.usmAesBlumenthalCfb256Protocol, "AES-256-Reeder": config.usmAesCfb256Protocol}[sys.argv[2]]
e = engine.SnmpEngine()
config.addTransport(e, udp.domainName, udp.UdpTransport().openServerMode((sys.argv[1], 161)))
config.addV3User(e, "probe", config.usmHMACSHAAuthProtocol, "auth-pass-phrase", privacy, "privacy-pass-phrase")
config.addVacmUser(e, 3, "probe", "authPriv", (1, 3, 6), (1, 3, 6))
c = context.SnmpContext(e)
cmdrsp.GetCommandResponder(e, c)
cmdrsp.BulkCommandResponder(e, c)
e.transportDispatcher.jobStarted(1)
e.transportDispatcher.runDispatcher()
END
capture_begin "$dir/all.pcap" "udp port 161"
for one in good:11 bad:12; do
	SNMP_PERSISTENT_DIR=$dir/store-${one%:*} MIBS= snmpd -f -LE 0 -C -c "$dir/${one%:*}.conf" "udp:127.0.0.${one#*:}:161" > /dev/null 2>&1 &
done
/usr/bin/python3 "$dir/agent.py" 127.0.0.13 AES-256 > /dev/null 2>&1 &
/usr/bin/python3 "$dir/agent.py" 127.0.0.14 AES-256-Reeder > /dev/null 2>&1 &
await bound 'sport = 161' 4
user="--option user=probe --option auth_secret=$dir/auth --option privacy_secret=$dir/privacy"
ask() { # NAME KIND ADDRESS OPTION...
	local out=$dir/$1; shift
	# shellcheck disable=SC2086
	"$program" probe --deadline 6s "$1" "$2" $user "${@:3}" > "$out" 2>&1
}
said() { grep -q "$2" "$dir/$1" || { sed 's/^/      /' "$dir/$1"; return 1; }; }
old="--option auth_protocol=MD5 --option privacy_protocol=DES"

# All at once: most of the time is waiting for silence.
jobs=
go() { ask "$@" & jobs="$jobs $!"; }
go good snmp 127.0.0.11
go good-deep snmp-deep 127.0.0.11
go good-refusal snmp-refusal 127.0.0.11 --option "permission=$dir/permission"
# shellcheck disable=SC2086
go bad-deep snmp-deep 127.0.0.12 $old
# shellcheck disable=SC2086
go bad-refusal snmp-refusal 127.0.0.12 $old --option "permission=$dir/permission"
go py-blumenthal snmp-deep 127.0.0.13 --option auth_protocol=SHA --option privacy_protocol=AES-256
go py-reeder snmp-deep 127.0.0.14 --option auth_protocol=SHA --option privacy_protocol=AES-256-Reeder
# shellcheck disable=SC2086
wait $jobs
check "snmp: a good agent is up" said good 'authPriv SHA-256 AES'
check "snmp-deep: it accepts SHA-256 and AES alone" said good-deep 'snmp.privacy.accepted *AES$'
# Silence is waited for to the end of the round; where the machine stood still meanwhile, the last ones are unclear, and are asked again.
closed() { ! grep -q 'stays unclear' "$dir/good-refusal" && said good-refusal 'refusal.closed *yes' || { ask good-refusal snmp-refusal 127.0.0.11 --option "permission=$dir/permission"; false; }; }
check "snmp-refusal: it refuses everything" until_true 5 closed
check "snmp-deep: MD5 and DES are found" said bad-deep 'snmp.weak.count *2'
check "snmp-refusal: v1, v2c, no authentication, no privacy are found accepted" \
	said bad-refusal 'refusal.accepted *v1-public, v2c-public, no-auth, no-privacy$'
check "snmp-deep: AES-256 of pysnmp is Blumenthal's" said py-blumenthal 'snmp.privacy.extension *Blumenthal'
check "snmp-deep: its other AES-256 is Reeder's" said py-reeder 'snmp.privacy.extension *Reeder'
capture_end
tshark -r "$dir/all.pcap" -Y 'snmp && udp.dstport == 161' 2>/dev/null | wc -l > "$dir/sent"
tshark -r "$dir/all.pcap" -Y 'udp.dstport == 161 && (_ws.malformed || !snmp)' > "$dir/wrong" 2>/dev/null
check "snmp: tshark reads our datagrams" [ "$(cat "$dir/sent")" -gt 50 ]
check "snmp: tshark calls none of them malformed" [ ! -s "$dir/wrong" ]
