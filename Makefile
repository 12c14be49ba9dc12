# sekimori: one Makefile, no recursion but into itself.  "make help" lists what it can do.
#
#   make                      release build, hardened: build/release/sekimori
#   make demo                 install what is needed, build, start the lab, watch it (AUTO=1: unattended)
#   make test                 install what is needed, build with sanitizers, run every test
#   make install DESTDIR= PREFIX=/usr/local
#   make bench                the figures, beside their rivals, in one run
#   make torture              kill -9 at 1,000 random points
#   make fuzz SECONDS=600     every fuzzer for that long
#   make lab-up, lab-down     the lab alone
#   make V=asan               any target with another build: release asan tsan cov fuzz
#   make clean, help          Q= shows whole commands

V      ?= release
B      := build/$V
PREFIX ?= /usr/local
Q      ?= @
ifeq ($V,fuzz)
CC     := clang
endif

LIBS   := sqlite3 libcrypto libssl libuv libconfig jansson ncursesw libseccomp libnghttp2 expat zlib
FLAGS  := -std=c17 -D_GNU_SOURCE -D_XOPEN_SOURCE_EXTENDED -I. -I$B -g -MMD -MP \
          -DPREFIX='"$(PREFIX)"' -ffile-prefix-map=$(CURDIR)=.
FLAGS  += -Wall -Wextra -Wshadow -Wundef -Wvla -Wformat=2 -Wwrite-strings -Wpointer-arith \
          -Wstrict-prototypes -Wmissing-prototypes -Wno-format-nonliteral -Werror
FLAGS  += $(patsubst -I%,-isystem %,$(shell pkg-config --cflags $(LIBS) libcurl p11-kit-1 2>/dev/null))
LDLIBS := $(shell pkg-config --libs $(LIBS) 2>/dev/null) -lnetsnmp -lcap -lhttp_parser -lunbound -lpthread -lm
TSS    := $(shell pkg-config --libs tss2-esys tss2-mu tss2-tctildr 2>/dev/null)
CURL   := $(shell pkg-config --libs libcurl 2>/dev/null)

FLAGS.release := -O2 -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection \
                 -fcf-protection -fPIE
LINK.release  := -pie -Wl,-z,relro,-z,now -Wl,--as-needed
FLAGS.asan    := -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
LINK.asan     := -fsanitize=address,undefined -Wl,--as-needed
FLAGS.tsan    := -O1 -fsanitize=thread
LINK.tsan     := -fsanitize=thread
FLAGS.cov     := -O0 --coverage
LINK.cov      := --coverage
FLAGS.fuzz    := -O1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
# Fuzzers of attestation evidence reach what stands behind a signature, and one of TLS agrees on a key without arithmetic;
# SIGNATURES=real does both as everywhere.
ifneq ($(SIGNATURES),real)
FLAGS.fuzz    += -DATTEST_SIGNATURES_STUBBED -DTLS_SHARES_STUBBED
endif
LINK.fuzz     := -fsanitize=fuzzer,address,undefined

# The layers, lowest first; tests/layers.txt says who may include whom.
FOLDERS  := monitor/base monitor/ledger attest monitor/state monitor/replay probes/wire probes \
            reports tui monitor/daemon monitor/feed monitor/intake monitor/witness monitor/inventory
# Each folder is in the library, but for the files of a program of its own.
INVENTORY := $(addprefix monitor/inventory/,main.c confine.c transport.c)
SOURCES  := $(filter-out monitor/intake/main.c monitor/witness/main.c $(INVENTORY),$(wildcard $(addsuffix /*.c,$(FOLDERS))))
OBJECTS  := $(SOURCES:%.c=$B/%.o)
PROGRAMS := $B/sekimori $B/sekimori-fetch $B/sekimori-token $B/sekimori-intake $B/sekimori-witness $B/sekimori-inventory
TESTS    := $(patsubst %.c,$B/%,$(wildcard tests/unit/*.c tests/property/*.c))
FUZZERS  := $(patsubst %.c,$B/%,$(wildcard tests/fuzz/*.c))
BENCHES  := $(patsubst %.c,$B/%,$(wildcard tests/bench/*.c))
TOOLS    := $(patsubst %.c,$B/%,$(wildcard tests/tools/*.c))

# The press alone links what sets documents.
PRESS     := pangocairo cairo xlsxwriter libqpdf
PRESSED   := $(patsubst %.c,$B/%.o,$(wildcard reports/press/*.c))
PROGRAMS  += $B/sekimori-press

.PHONY: all test check build-tests build-benches unit fuzz fuzzers story torture bench demo deps lab-up lab-down install \
        man clean help
all: $(PROGRAMS) $B/mo/ja/LC_MESSAGES/sekimori.mo man

$B/libsekimori.a: $(OBJECTS)
	@rm -f $@
	$Qar rcsD $@ $^

$B/sekimori: $B/monitor/main.o $B/libsekimori.a
$B/sekimori-fetch: $(patsubst %.c,$B/%.o,$(wildcard monitor/fetch/*.c)) $B/libsekimori.a
$B/sekimori-fetch: LDLIBS += $(CURL)
$B/sekimori-token: $(patsubst %.c,$B/%.o,$(wildcard monitor/token/*.c)) $B/libsekimori.a
$B/sekimori-intake: $B/monitor/intake/main.o $B/libsekimori.a
$B/sekimori-witness: $B/monitor/witness/main.o $B/libsekimori.a
$B/sekimori-witness: LDLIBS += $(TSS)
$B/sekimori-inventory: $(INVENTORY:%.c=$B/%.o) $B/monitor/fetch/narrow.o $B/libsekimori.a
$B/sekimori-inventory: LDLIBS += $(CURL)
$(TESTS) $(FUZZERS) $(BENCHES) $(TOOLS): $B/%: $B/%.o $B/libsekimori.a
$(TESTS): LDLIBS += -lcmocka
$B/tests/bench/bench_attest $B/tests/tools/attest_samples $B/tests/tools/attest_intel: LDLIBS += -lcmocka
# The reference that our reader of databases of addresses is held against.
$B/tests/unit/test_mmdb $B/tests/bench/bench_ranges: LDLIBS += -lmaxminddb
$B/tests/unit/test_token $B/tests/unit/test_own_key $B/tests/unit/test_token_audit $B/tests/unit/test_token_worker $B/tests/unit/test_seal: | $B/sekimori-token

$B/sekimori-press: $(PRESSED) $B/libsekimori.a
$B/sekimori-press: LDLIBS += $(shell pkg-config --libs $(PRESS) 2>/dev/null) -lm
$(PRESSED): FLAGS += $(patsubst -I%,-isystem %,$(shell pkg-config --cflags $(PRESS) 2>/dev/null))
$B/tests/unit/test_press $B/tests/unit/test_filing_bundle $B/tests/bench/bench_press: | $B/sekimori-press
-include $(PRESSED:.o=.d)

$(PROGRAMS) $(TESTS) $(FUZZERS) $(BENCHES) $(TOOLS):
	@echo "  LINK  $@"
	$Q$(CC) $(LINK.$V) -o $@ $(filter %.o %.a,$^) $(LDLIBS) $(LDFLAGS)

# Another PREFIX or compiler makes everything anew.
$B/flags: FORCE
	@mkdir -p $B; echo '$(CC) $(PREFIX) $(CFLAGS)' | cmp -s - $@ || echo '$(CC) $(PREFIX) $(CFLAGS)' > $@
FORCE:

$B/%.o: %.c Makefile $B/flags
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$Q$(CC) $(FLAGS) $(FLAGS.$V) $(CFLAGS) -c -o $@ $<

# One catalogue in parts: ja.po, and ja-AREA.po for each area that has many words of its own.
$B/mo/ja/LC_MESSAGES/sekimori.mo: $(wildcard packaging/po/ja*.po)
	@mkdir -p $(@D)
	$Qmsgcat --use-first $(sort $^) | msgfmt --check-format -o $@ -

# Manual pages come from the tables of the program itself.
man: $B/sekimori
	$Qmkdir -p $B/man && $B/sekimori help --man > $B/man/sekimori.8 && \
	    $B/sekimori help --man-conf > $B/man/sekimori.conf.5

deps:
	$Qtests/deps.sh $(SET)

test:
	$Qtests/run.sh

check:
	$Qtests/check.sh $(FOLDERS) monitor/fetch monitor/token reports/press

build-tests: $(TESTS) $(TOOLS)
build-benches: $(BENCHES)
unit: build-tests
	$Qtests/unit.sh $(TESTS)

fuzzers: $(FUZZERS)
fuzz:
	$Q$(MAKE) --no-print-directory V=fuzz fuzzers
	$Qtests/fuzz.sh $(or $(SECONDS),20)

story torture bench demo lab-up lab-down:
	$Qtests/$@.sh

install: all
	install -D -m 755 $B/sekimori $(DESTDIR)$(PREFIX)/bin/sekimori
	install -D -m 755 $B/sekimori-fetch $(DESTDIR)$(PREFIX)/libexec/sekimori/sekimori-fetch
	install -D -m 755 $B/sekimori-token $(DESTDIR)$(PREFIX)/libexec/sekimori/sekimori-token
	install -D -m 755 $B/sekimori-intake $(DESTDIR)$(PREFIX)/libexec/sekimori/sekimori-intake
	install -D -m 755 $B/sekimori-inventory $(DESTDIR)$(PREFIX)/libexec/sekimori/sekimori-inventory
	install -D -m 755 $B/sekimori-witness $(DESTDIR)$(PREFIX)/sbin/sekimori-witness
	install -D -m 755 $B/sekimori-press $(DESTDIR)$(PREFIX)/libexec/sekimori/sekimori-press
	install -D -m 644 $B/man/sekimori.8 $(DESTDIR)$(PREFIX)/share/man/man8/sekimori.8
	install -D -m 644 $B/man/sekimori.conf.5 $(DESTDIR)$(PREFIX)/share/man/man5/sekimori.conf.5
	install -D -m 644 $B/mo/ja/LC_MESSAGES/sekimori.mo \
	    $(DESTDIR)$(PREFIX)/share/locale/ja/LC_MESSAGES/sekimori.mo
	install -d $(DESTDIR)$(PREFIX)/share/sekimori/packs
	install -m 644 monitor/state/packs/*.pack $(DESTDIR)$(PREFIX)/share/sekimori/packs
	install -d $(DESTDIR)$(PREFIX)/share/sekimori/duties
	install -m 644 monitor/state/duties/*.duty $(DESTDIR)$(PREFIX)/share/sekimori/duties
	install -D -m 644 monitor/state/shapes/countries.outline \
	    $(DESTDIR)$(PREFIX)/share/sekimori/shapes/countries.outline
	install -d $(DESTDIR)$(PREFIX)/share/sekimori/drills
	install -m 644 monitor/state/drills/*.drill $(DESTDIR)$(PREFIX)/share/sekimori/drills
	install -d $(DESTDIR)$(PREFIX)/share/sekimori/forms
	install -m 644 reports/forms/*.form $(DESTDIR)$(PREFIX)/share/sekimori/forms
	install -D -m 644 packaging/sysusers.conf $(DESTDIR)$(PREFIX)/lib/sysusers.d/sekimori.conf
	install -d $(DESTDIR)$(PREFIX)/lib/systemd/system
	sed 's|@PREFIX@|$(PREFIX)|g' packaging/sekimori.service.in \
	    > $(DESTDIR)$(PREFIX)/lib/systemd/system/sekimori.service
	sed 's|@PREFIX@|$(PREFIX)|g' packaging/sekimori-witness.service.in \
	    > $(DESTDIR)$(PREFIX)/lib/systemd/system/sekimori-witness.service

clean:
	rm -rf build

help:
	@sed -n '/^$$/q; s/^# \{0,1\}//p' Makefile

-include $(OBJECTS:.o=.d) $(TESTS:=.d) $(FUZZERS:=.d) $(BENCHES:=.d) $(TOOLS:=.d) \
         $B/monitor/main.d $B/monitor/fetch/*.d $B/monitor/token/*.d \
         $B/monitor/intake/main.d $B/monitor/witness/main.d $(INVENTORY:%.c=$B/%.d)
