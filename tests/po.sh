#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The Japanese catalogue: every message of the sources is translated, none is fuzzy, none is left
# over, formats agree.  The catalogue is packaging/po/ja.po and its parts ja-AREA.po.
# usage: tests/po.sh [update]   (update: adds what is missing to ja.po, for translators)
set -eu
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
po=$work/ja.po
msgcat --use-first --no-wrap -o "$po" packaging/po/ja*.po

# Texts and names of the tables reach gettext by _(variable) and carry no mark of their own.
{
	sed -n 's/^[ \t]*X([^"]*"\([^"]*\)".*/N_("\1")/p' monitor/base/err.h monitor/state/state.h
	sed -n 's/^[ \t]*X([A-Z_]*,[^"]*"\([^"]*\)".*/N_("\1")/p' monitor/state/demarcation.h
	sed -n 's/^[ \t]*X([A-Z]*, *\([a-z]*\), *"\([^"]*\)".*/N_("\1") N_("\2")/p' monitor/state/plan.h
	sed -n 's/^ASPECT([^"]*"[^"]*",[^"]*"\([^"]*\)".*/N_("\1")/p' monitor/state/protection_list.h
	sed -n 's/^ROLE[A-Z_]*([0-9]*, *[A-Z]*, *\([a-z]*\),.*/N_("\1")/p' monitor/ledger/role_list.h
} | grep -v '""' > "$work/tables.h"
{ find attest monitor probes reports tui -name '*.[ch]' | LC_ALL=C sort; echo "$work/tables.h"; } > "$work/files"
xgettext --language=C --from-code=UTF-8 --keyword=_ --keyword=N_ --keyword=ngettext:1,2 --no-location \
	--add-comments=TRANSLATORS --package-name=sekimori --files-from="$work/files" -o "$work/all.pot"

if [ "${1:-}" = update ]; then
	msgmerge --quiet --no-fuzzy-matching --no-location --no-wrap -o "$work/new.po" "$po" "$work/all.pot"
	msgattrib --untranslated --no-obsolete --no-wrap "$work/new.po" | sed '1,/^$/d' >> packaging/po/ja.po
fi
bad=0
msgmerge --quiet --no-fuzzy-matching --no-location -o "$work/merged.po" $po "$work/all.pot"
list() { msgattrib "$@" --no-obsolete --no-wrap "$work/merged.po" | sed -n 's/^msgid "\(..*\)"$/  \1/p'; }
missing=$(list --untranslated)
[ -z "$missing" ] || { echo "ja*.po: without a translation:"; echo "$missing"; bad=1; }
fuzzy=$(list --only-fuzzy)
[ -z "$fuzzy" ] || { echo "ja*.po: fuzzy:"; echo "$fuzzy"; bad=1; }
left=$(msgattrib --only-obsolete --no-wrap "$work/merged.po" | sed -n 's/^#~ msgid "\(..*\)"$/  \1/p')
[ -z "$left" ] || { echo "ja*.po: no longer in the sources:"; echo "$left"; bad=1; }
msgfmt --check --statistics -o /dev/null $po || bad=1
exit $bad
