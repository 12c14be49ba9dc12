#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the monitor's configuration for a lab: what a carrier would write for its own core.
# usage: configure.sh LAB_DIR STATE_DIR KEY_FILE > sekimori.conf
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
	amf-*|upf-*|nrf-*|udm-*|hss-*) echo "nf = \"$(echo "${1%%-*}" | tr a-z A-Z)\"; replica_set = \"${1%%-*}\";" ;;
	pcscf-*) echo "nf = \"P-CSCF\";" ;;
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

provider='provider = "example"; provider_name = "Example Cloud, Inc."; provider_country = "US";'
month=$(date -d '-30 days' +%Y-%m-%d)
packs=$(for pack in "$(dirname "$0")"/../../monitor/state/packs/*.pack; do basename "$pack" .pack; done | sed 's/.*/"&"/' | paste -sd ,)
mutual="client_certificate = \"$lab/pki/monitor.pem\"; client_key = \"$lab/pki/monitor.key\";"
cat <<END
# The lab's core functions, on two regions of one provider and on the carrier's premises.
monitor = {
  name = "lab carrier"; name_ja = "試験網事業者"; vantage = "premises";
  state = "$state"; group_wait = "3s"; belief = "1m"; instance_gap = "50ms"; workers = 2;
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
notices = (
  { name = "noc"; kind = "webhook"; url = "https://tsa.lab/notice"; secret = "$lab/secret/notice-token"; trust = "$lab/pki/root.pem"; },
  { name = "syslog"; kind = "syslog"; url = "udp://203.0.113.10:514"; },
  { name = "watcher"; kind = "heartbeat"; url = "https://tsa.lab/heartbeat"; trust = "$lab/pki/root.pem"; interval = "5s"; }
);
rights = (
  { user = "root"; acts = "ack note backup prune rotate erase waive agree file"; },
  { user = "nobody"; acts = "agree"; }
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
};
END
