#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the monitor's configuration for a lab: what a carrier would write for its own core.
# The servers of "lab more" are watched while they are there.
# usage: configure.sh LAB_DIR STATE_DIR KEY_FILE > sekimori.conf      DUTIES=NAME|FILE
set -eu
lab=$(cd "$1" && pwd) state=$2 key=$3
pace='interval = "2s"; deadline = "1s"; stale = "100s"; fail_count = 2; window = 3; recover_count = 2;'

tls() {	# INSTANCE ADDRESS EXTRA
	cat <<-END
	      { name = "$1-tls"; probe = "tls"; address = "$2"; port = 443; $pace
	        trust = "$lab/pki/root.pem"; $3 }
	END
}
snmp() {
	cat <<-END
	      { name = "$1-snmp"; probe = "snmp"; address = "$2"; port = 161; $pace
	        user = "probe"; auth_protocol = "SHA-256"; auth_secret = "$lab/secret/snmp-auth";
	        privacy_protocol = "AES"; privacy_secret = "$lab/secret/snmp-privacy"; }
	END
}
sip() {
	echo "      { name = \"$1-sip\"; probe = \"sip\"; address = \"$2\"; port = 5061; $pace trust = \"$lab/pki/root.pem\"; }"
}
diameter() {
	cat <<-END
	      { name = "$1-diameter"; probe = "diameter"; address = "$2"; port = 5868; $pace
	        trust = "$lab/pki/root.pem"; origin_host = "monitor.lab"; origin_realm = "lab"; $mutual }
	END
}
tcp() {
	echo "      { name = \"$1-tcp\"; probe = \"tcp\"; address = \"$2\"; port = 443; $pace }"
}
sbi() {	# INSTANCE EXTRA
	cat <<-END
	      { name = "$1-sbi"; probe = "sbi"; address = "$1.lab"; port = 443; $pace
	        trust = "$lab/pki/root.pem"; $mutual $2 }
	END
}
token() {	# INSTANCE: the key in its token, and the target that sees it on the wire
	cat <<-END
	      { name = "$1-key"; probe = "token"; $pace module = "/usr/lib/softhsm/libsofthsm2.so";
	        token = "lab-hsm"; key = "$1"; pin = "$lab/secret/hsm-pin"; wire = "$1-tls";
	        paths = "$lab/run/$1/softhsm2.conf, $lab/run/$1/tokens";
	        environment = "SOFTHSM2_CONF=$lab/run/$1/softhsm2.conf"; evidence_interval = "1m"; }
	END
}
declared() {	# NAME: what an instance of that name is and holds
	case $1 in
	amf-*|nrf-*|udm-*|hss-*) echo "nf = \"$(echo "${1%%-*}" | tr a-z A-Z)\"; replica_set = \"${1%%-*}\";" ;;
	upf-*) echo "nf = \"UPF\"; replica_set = \"${1%-*}\";" ;;
	pcscf-*) echo "nf = \"P-CSCF\"; replica_set = \"pcscf\";" ;;
	esac
	case $1 in
	udm-*|hss-*|ausf-*) echo "data = \"subscriber\";" ;;
	upf-*) echo "data = \"content\";" ;;
	*) echo "data = \"signalling\";" ;;
	esac
	echo "service = \"virtual machines\"; model = \"IaaS, shared\"; version = \"1\";"
}
instance() {	# NAME FUNCTION SITE, targets on standard input
	echo "  { name = \"$1\"; function = \"$2\"; site = \"$3\"; $(declared "$1" | tr '\n' ' ')"
	echo "    targets = ("
	cat
	echo "    ); }$4"
}

deep() {	# INSTANCE ADDRESS
	cat <<-END
	      { name = "$1-deep"; probe = "tls-deep"; address = "$2"; port = 443; interval = "6s"; deadline = "6s"; stale = "100s";
	        pace = "0ms"; server_name = "$1.lab"; }
	END
}
refusal() {	# INSTANCE ADDRESS
	cat <<-END
	      { name = "$1-refusal"; probe = "tls-refusal"; address = "$2"; port = 443; interval = "4s"; deadline = "4s"; stale = "100s";
	        server_name = "$1.lab"; trust = "$lab/pki/root.pem"; $mutual request = "http"; permission = "$lab/permission";
	        attempts = "plaintext,no-client-certificate,wrong-ca,forged-ca,tls-1.1"; }
	END
}
tunnel() {	# INSTANCE ADDRESS
	cat <<-END
	      { name = "$1-ike"; probe = "ike"; address = "$2"; interval = "10s"; deadline = "4s"; stale = "100s"; },
	      { name = "$1-sa"; probe = "vici"; $(echo "$pace" | sed 's/"2s"/"1s"/') socket = "$lab/run/ipsec/vici"; }
	END
}
further() {	# what "lab more" began
	[ -e "$lab/more" ] || return 0
	while read -r name _ kind address; do
		case $name in
		smf-*) tls "$name" "$address" "server_name = \"$name.lab\";" | instance "$name" control tokyo , ;;
		nef-*) { tls "$name" "$address" "server_name = \"$name.lab\"; $mutual" | sed 's/}$/},/'; refusal "$name" "$address"; } |
			instance "$name" control tokyo , ;;
		chf-*) { tls "$name" "$address" "server_name = \"$name.lab\";" | sed 's/}$/},/'; deep "$name" "$address"; } |
			instance "$name" control tokyo , ;;
		secgw-*) tunnel "$name" "$address" | instance "$name" control tokyo , ;;
		esac
	done < "$lab/more"
}

provider='provider = "example"; provider_name = "Example Cloud, Inc."; provider_country = "US";'
month=$(date -d '-30 days' +%Y-%m-%d)
packs=$(for pack in "$(dirname "$0")"/../../monitor/state/packs/*.pack; do basename "$pack" .pack; done | sed 's/.*/"&"/' | paste -sd ,)
mutual="client_certificate = \"$lab/pki/monitor.pem\"; client_key = \"$lab/pki/monitor.key\";"
cat <<END
# The lab's core functions, on two regions of one provider and on the carrier's premises.
monitor = {
  name = "lab carrier"; name_ja = "試験網事業者"; vantage = "premises";
  state = "$state"; group_wait = "3s"; belief = "1m"; instance_gap = "50ms"; workers = 2; deep_connections = 1000000;
  second_person = "window";
};
ledger = { origin = "sekimori.example/lab"; key = "$key"; anchor = "1m"; };
data_classes = (
  { name = "subscriber"; title = "Subscriber data"; title_ja = "加入者情報"; regions = "example/tokyo,example/osaka"; jurisdictions = "JP"; },
  { name = "signalling"; title = "Signalling and operation"; title_ja = "信号・運用情報"; regions = "example/tokyo,example/osaka"; jurisdictions = "JP"; },
  { name = "content"; title = "Content of communications"; title_ja = "通信の内容"; regions = "example/tokyo,example/osaka"; jurisdictions = "JP"; }
);
sites = (
  { name = "tokyo"; title = "Tokyo region"; title_ja = "東京リージョン"; $provider region = "tokyo"; jurisdiction = "JP";
    latitude = "35.68"; longitude = "139.77"; },
  { name = "osaka"; title = "Osaka region"; title_ja = "大阪リージョン"; $provider region = "osaka"; jurisdiction = "JP";
    latitude = "34.69"; longitude = "135.50"; }
);
instances = (
$(further)
$({ tls amf-tokyo-1 amf-tokyo-1.lab "$mutual" | sed 's/}$/},/'; sbi amf-tokyo-1 "plaintext_port = 80; plaintext_interval = \"5s\";"; } | instance amf-tokyo-1 control tokyo ,)
$({ tls upf-tokyo-1 192.0.2.12 "server_name = \"upf-tokyo-1.lab\";" | sed 's/}$/},/'; tcp upf-tokyo-1 192.0.2.12; } | instance upf-tokyo-1 switching tokyo ,)
$({ tls udm-tokyo-1 udm-tokyo-1.lab ""; } | instance udm-tokyo-1 subscriber tokyo ,)
$({ sbi nrf-tokyo-1 "nf = \"nrf\";"; } | instance nrf-tokyo-1 control tokyo ,)
$({ sbi udm-tokyo-2 ""; } | instance udm-tokyo-2 subscriber tokyo ,)
$({ tls ausf-tokyo-1 ausf-tokyo-1.lab "" | sed 's/}$/},/'; token ausf-tokyo-1; } | instance ausf-tokyo-1 subscriber tokyo ,)
$({ snmp ems-tokyo-1 192.0.2.14; } | instance ems-tokyo-1 oam tokyo ,)
$({ sip pcscf-tokyo-1 pcscf-tokyo-1.lab; } | instance pcscf-tokyo-1 control tokyo ,)
$({ tls amf-osaka-1 amf-osaka-1.lab "$mutual"; } | instance amf-osaka-1 control osaka ,)
$({ tls upf-osaka-1 upf-osaka-1.lab "" | sed 's/}$/},/'; tcp upf-osaka-1 198.51.100.12; } | instance upf-osaka-1 switching osaka ,)
$({ tls udm-osaka udm-osaka.lab ""; } | instance udm-osaka subscriber osaka ,)
$({ diameter hss-osaka-1 hss-osaka-1.lab; } | instance hss-osaka-1 subscriber osaka ,)
$({ snmp ems-osaka-1 198.51.100.14; } | instance ems-osaka-1 oam osaka "")
);
services = (
  { name = "voice"; title = "Voice with emergency calls"; title_ja = "音声通話（緊急通報）"; class = "VOICE_EMERGENCY";
    areas = ( { area = "JP-13"; users = 60000; }, { area = "JP-27"; users = 45000; } ); },
  { name = "data"; title = "Internet access"; title_ja = "インターネット接続"; class = "INTERNET_ACCESS";
    areas = ( { area = "JP-13"; users = 120000; }, { area = "JP-27"; users = 80000; } ); },
  { name = "iot"; title = "LPWA for meters"; title_ja = "LPWA（検針）"; class = "LPWA";
    areas = ( { area = "JP-13"; users = 20000; }, { area = "JP-27"; users = 9000; } ); }
);
replica_sets = (
  { name = "amf"; mode = "geo"; needed = 1; capacity = 200000; switchover = "30s"; rollback = "10m"; planned = "$month";
    serves = ( { service = "voice"; }, { service = "data"; }, { service = "iot"; } ); },
  { name = "udm"; mode = "active-active"; needed = 1; capacity = 200000; switchover = "30s"; rollback = "10m"; planned = "$month";
    serves = ( { service = "voice"; }, { service = "data"; }, { service = "iot"; } ); },
  { name = "upf-tokyo"; mode = "none"; needed = 1; capacity = 150000; switchover = "5m"; rollback = "10m"; planned = "$month";
    serves = ( { service = "data"; areas = "JP-13"; }, { service = "iot"; areas = "JP-13"; } ); },
  { name = "upf-osaka"; mode = "none"; needed = 1; capacity = 150000; switchover = "5m"; rollback = "10m"; planned = "$month";
    serves = ( { service = "data"; areas = "JP-27"; }, { service = "iot"; areas = "JP-27"; } ); },
  { name = "pcscf"; mode = "none"; needed = 1; capacity = 120000; switchover = "5m"; rollback = "10m"; planned = "$month";
    serves = ( { service = "voice"; areas = "JP-13"; } ); },
  { name = "hss"; mode = "none"; needed = 1; capacity = 60000; switchover = "5m"; rollback = "10m"; planned = "$month";
    serves = ( { service = "voice"; areas = "JP-27"; } ); },
  { name = "nrf"; mode = "none"; needed = 1; switchover = "5m"; rollback = "10m"; planned = "$month"; }
);
providers = (
  { name = "example"; title = "Example Cloud"; title_ja = "Example クラウド"; legal_name = "Example Cloud, Inc."; country = "US";
    contract = "LAB-2026-1"; availability = "99.95"; notice = "5s"; contact = "duty manager, +1 555 0100"; },
  { name = "backbone"; title = "Backbone carrier"; title_ja = "中継事業者"; legal_name = "Lab Backbone K.K."; country = "JP"; kind = "carrier";
    contract = "LAB-2026-2"; availability = "99.99"; notice = "10m"; },
  { name = "dns-cloud"; title = "Name service cloud"; title_ja = "名前解決クラウド"; legal_name = "Lab Names GmbH"; country = "DE";
    contract = "of the backbone carrier"; }
);
dependencies = (
  { from = "site:osaka"; to = "provider:backbone"; title = "leased lines between the regions"; },
  { from = "provider:backbone"; to = "provider:dns-cloud"; title = "name service of its operation"; },
  { from = "provider:dns-cloud"; to = "provider:example"; title = "runs on its virtual machines"; },
  { from = "replica_set:amf"; to = "replica_set:nrf"; title = "discovery"; }
);
listeners = (
  { name = "core-traps"; kind = "trap"; address = "203.0.113.20"; communities = "$lab/secret/community"; },
  { name = "core-syslog"; kind = "syslog"; address = "203.0.113.20"; port = 514; },
  { name = "alerts"; kind = "webhook"; address = "203.0.113.20"; certificate = "$lab/pki/intake.pem"; key = "$lab/pki/intake.key"; users = "$lab/secret/alert-tokens"; }
);
sources = (
  { name = "example-status"; kind = "statuspage"; url = "https://status.lab/incidents.json"; trust = "$lab/pki/root.pem";
    subject = "provider:example"; interval = "30s"; },
  { name = "amf-tokyo-1-metrics"; kind = "prometheus"; url = "http://192.0.2.41:9100/metrics"; subject = "instance:amf-tokyo-1"; interval = "5s";
    users = "amf_registered_users"; sessions = "amf_sessions"; }
);
duties = ( "${DUTIES:-jp-telecom}" );
notices = (
  { name = "noc"; kind = "webhook"; url = "https://tsa.lab/notice"; secret = "$lab/secret/notice-token"; trust = "$lab/pki/root.pem"; },
  { name = "syslog"; kind = "syslog"; url = "udp://203.0.113.10:514"; },
  { name = "watcher"; kind = "heartbeat"; url = "https://tsa.lab/heartbeat"; trust = "$lab/pki/root.pem"; interval = "5s"; }
);
rights = (
  { user = "root"; acts = "ack note backup prune rotate erase waive agree file stamp window consent correct fill intent"; },
  { user = "nobody"; acts = "agree consent"; }
);
authorities = ( { name = "lab TSA"; url = "https://tsa.lab/tsa"; trust = "$lab/pki/root.pem"; } );
feeds = ( { provider = "example"; form = "csv"; file = "$lab/feed.csv"; } );
packs = [ $packs ];
documents = (
  { id = "exit_plan"; title = "利用終了・移行計画"; file = "$lab/exit-plan.txt"; date = "$month"; author = "network planning"; },
  { id = "raci"; title = "責任分担表"; date = "$month"; author = "network planning"; }
);
declarations = (
  { id = "monitor.outside_provider"; value = "true"; date = "$month"; author = "network operations"; },
  { id = "site.autonomy_h"; subject = "site:tokyo"; value = "72"; date = "$month"; author = "facilities"; }
);
carrier = {
  name = "Lab Carrier K.K."; name_ja = "株式会社試験網事業者"; address = "東京都千代田区"; representative = "代表取締役 試験 太郎";
  corporate_number = "7123456789012"; registration = "登録年月日 2020-04-01 第1号"; services = "音声伝送役務,データ伝送役務";
  contact = "ネットワーク運用部 03-0000-0000";
  users_previous_fy = 330000; users_half_first = 331000; users_half_last = 334000;
};
seal = {
  certificate = "$lab/pki/seal.crt"; chain = "$lab/pki/issuing.pem"; authority = "lab TSA"; pin = "$lab/secret/seal-pin"; paths = "$lab/seal";
  key = "pkcs11:token=e-seal;object=seal?module-path=/usr/lib/softhsm/libsofthsm2.so";
  environment = "SOFTHSM2_CONF=$lab/seal/softhsm2.conf";
};
END
