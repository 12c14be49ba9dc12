/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every bound in the program, each with its reason.  What happens when one is reached is said
 * beside it; it is never a crash and never silence (docs/ARCHITECTURE.md, Bounds).
 */
#ifndef MONITOR_BASE_LIMITS_H
#define MONITOR_BASE_LIMITS_H

#include <stdint.h>

enum {
	BUFFER_MAX        = 256 << 20, /* octets a growing buffer may take; above: ERR_LIMIT */
	RECORD_MAX        = 64 << 10,  /* octets of one record: fits one link message; ERR_LIMIT */
	BLOB_MAX          = 4 << 20,   /* octets of one piece of evidence; then ERR_LIMIT */
	STATE_MAX         = 64 << 20,  /* octets of a canonical state or plan kept as a blob */
	BLOB_INLINE_MAX   = 16 << 10,  /* larger blobs cross a link as a sealed memfd */
	LINK_MESSAGE_MAX  = 96 << 10,  /* octets of one link message: under the default SO_SNDBUF */
	CBOR_DEPTH_MAX    = 16,        /* nesting of untrusted CBOR: our records need 4 */
	PATH_TEXT_MAX     = 4096,      /* Linux PATH_MAX */
	CONFIG_MAX        = 32 << 20,  /* octets of a configuration file: TARGET_MAX fit; refused */
	CONFIG_FILES_MAX  = 1500,      /* public files one configuration may name; refused */
	CONFIG_OCTETS_MAX = 64 << 20,  /* octets of these together: one message; refused */
	NAME_MAX_LEN      = 128,       /* octets of a site, instance, target or channel name */
	DETAIL_MAX        = 400,       /* octets of the sentence in an observation */
	NOTE_TEXT_MAX     = 4000,      /* octets of an operator's note; the act is refused */

	RANGES_MAX        = 65536,     /* ranges of a provider's feed: Azure has 24,700; refused */
	REGISTRY_MAX      = 524288,    /* ... of a registry's file: the largest 300,000; refused */
	MMDB_FILE_MAX     = 128 << 20, /* octets of a database of addresses: one has 70; refused */
	RANGES_FILE_MAX   = 32 << 20,  /* octets of such a file: registries have 20 MiB; refused */
	TARGET_MAX        = 65536,     /* targets of one monitor: check-config refuses more */
	INSTANCE_MAX      = 16384,
	SITE_MAX          = 1024,
	WORKER_MAX        = 62,        /* worker processes: the shape was measured up to here */
	REPLICA_MAX       = 8,         /* addresses behind one name probed apart; others counted */
	CHANNEL_MAX       = 32,        /* notice channels */
	OPTION_MAX        = 48,        /* probe options of one target */
	FACT_TEXT_MAX     = 1024,      /* octets of a text fact; longer is cut, with its hash */
	FACT_LIST_MAX     = 64,        /* entries of a list fact; tls.names.count says how many */
	FACT_ENTRY_MAX    = 256,       /* octets of a text in a list fact: 64 fit a record; cut */
	EVIDENCE_MAX      = 16,        /* blobs one observation may name: one for each attempt */

	ROUNDS_IN_FLIGHT  = 1024,      /* per worker: bounds descriptors and memory; others wait */
	OUTBOX_MAX        = 256,       /* records a worker holds for a full link; no rounds then */
	ANSWER_MAX        = 256 << 10, /* octets taken from a peer in a round, then ERR_LIMIT */
	CHAIN_MAX         = 16,        /* certificates read of one chain: real ones have 2 to 5 */
	CHAIN_CACHE_MAX   = 4096,      /* parsed chains a worker keeps by SHA-256; oldest goes */
	LOOKUPS_IN_FLIGHT = 4,         /* name lookups: the libuv pool has four threads */

	BATCH_MAX         = 1024,      /* records of one commit, or BATCH_MS */
	BATCH_MS          = 50,        /* longest a record waits for others to commit */
	LINK_TURN_MAX     = 64,        /* records taken from one link before the next one */
	TICK_MS           = 3000,      /* silence of the ledger before a TICK is written */
	STANDSTILL_MS     = 9000,      /* three TICKs late: the ledger stood still; a GAP says so */
	CHECKPOINT_MS     = 1000,      /* at most one signature in this time */
	CLOCK_STEP_MS     = 1000,      /* a wall clock further off than this is a CLOCK record */
	SLEW_DIVISOR      = 20,        /* recorded time approaches UTC by 1/20 of elapsed time */
	RESTART_JUMP_MS   = 86400000,  /* a start this far off needs a synchronised clock */
	COVERAGE_MS       = 60000,     /* one COVERAGE record per worker in this time */
	RUN_MS            = 3600000,   /* an unchanged run is closed hourly */
	CHANGE_OCTETS     = 2 << 20,   /* a target may fill by changing, at once; then it is held */
	CHANGE_OCTETS_S   = 256,       /* ... and in each second: 22 MB a day; real ones are less */

	INTAKE_TEXT_MAX   = 8192,      /* octets kept of a message that came in; then cut, said */
	INTAKE_WAITING_TEXT = 1024,    /* ... of one that stands for many; cut */
	INTAKE_SOURCES    = 4096,      /* senders whose rate is known; the longest silent goes */
	INTAKE_SHAPES     = 4096,      /* kinds of signals that wait for their second to end ... */
	INTAKE_SHAPES_SENDER = 1024,   /* ... and of one sender; more are one line with a count */
	INTAKE_RATE       = 5000,      /* signals a second of all senders; then as above the rate */
	INTAKE_BURST      = 20000,     /* ... at once: an alarm storm keeps its first alarms */
	INTAKE_MINUTE_OCTETS = 128 << 20, /* to the ledger in a minute; then they wait, counted */
	INTAKE_LOSS_MS    = 60000,     /* what goes on being refused is told once in this time */
	INTAKE_CONNECTIONS = 512,      /* of all listeners: descriptors; then closed, and said */
	INTAKE_CONNECTIONS_SENDER = 32, /* ... of one address: one sender cannot take them all */
	INTAKE_STREAM_MAX = 64 << 10,  /* octets a peer does not read; then it is not read either */
	INTAKE_HELLO_MS   = 10000,     /* for a TLS handshake, or an HTTP request to be whole */
	INTAKE_END_MS     = 2000,      /* for a peer to read our last words; then it is closed */
	INTAKE_PAUSE_MS   = 360000,    /* between two HTTP requests; then it is closed */
	INTAKE_IDLE_MS    = 3600000,   /* a syslog connection this long silent is closed */
	INTAKE_BODY_MAX   = 1 << 20,   /* octets of an HTTP request's body; then 413 */
	INTAKE_BODIES_MAX = 32 << 20,  /* octets of all bodies at once; then 503 */
	INTAKE_ALARMS_MAX = 2048,      /* alarms of one HTTP request; then 413 */
	INTAKE_USERS_MAX  = 1024,      /* communities, users, tokens of one listener; refused */
	INTAKE_ENGINES    = 4096,      /* SNMPv3 engines that are known; then others are refused */
	INTAKE_ANSWERS    = 256,       /* informs that wait for their record; more: no answer */

	INCIDENT_MAX      = 10000,     /* incidents kept in state; then one storm takes all */
	INCIDENT_NOTE_MAX = 64,        /* notes shown per incident; all stay in the ledger */
	INCIDENT_CORRECTION_MAX = 64,  /* corrections kept per incident, those that count */
	INCIDENT_METRIC_MAX = 256,     /* values from before its failure; the first are kept */
	ALARM_MAX         = 8192,      /* alarms that stand: who reads more? then counted */
	ALARM_CLEARED_MAX = 1024,      /* cleared alarms kept, newest; all stay recorded */
	ALARM_FLOOD_MAX   = 1024,      /* subjects counted apart in a flood; the rest together */
	PROVIDER_NOTICE_MAX = 1024,    /* providers' notices kept, newest; all stay recorded */
	WINDOW_MAX        = 1024,      /* windows kept; over: a new one is none, and that is said */
	CEREMONY_MAX      = 4096,      /* acts on keys kept; over: those of no effect go first */
	INTENT_MAX        = 1024,      /* intents kept; over: a new one is none, and that is said */
	GAP_MAX           = 1024,      /* gaps kept in state, newest; all stay in the ledger */
	PAPER_BLOCKS_MAX  = 65536,     /* blocks of a paper: 20 sheets have 1,000; refused */
	PAPER_CELLS_MAX   = 1 << 20,   /* cells of all its tables; refused */
	PAPER_COLUMNS_MAX = 16,        /* of one table: more cannot be read on A4; refused */
	PAPER_TEXT_MAX    = 64 << 10,  /* octets of one text of a paper; refused */
	PAPER_OCTETS_MAX  = 32 << 20,  /* octets of all its texts: 5,000 pages; refused */
	PAPER_JSON_MAX    = 192 << 20, /* octets of a paper as JSON: the above, escaped; refused */
	PRESS_MS          = 180000,    /* a document of 3,000 pages takes 30 s; then it is ended */
	DRAWING_ITEMS_MAX = 16384,     /* shapes of a drawing: 1,000 instances: 5,000; refused */
	DRAWING_POINTS_MAX = 65536,    /* points of all its lines and areas; refused */
	DRAWING_SIDE_MAX  = 100000,    /* units of a side: 35 m; no sum of them wraps; refused */
	DRAWING_DEPTH_MAX = 16,        /* groups in groups; refused */

	TIMELINE_MAX      = 4096,      /* transitions kept in state, newest; all stay recorded */
};

/* A waiver is looked at again at least once a year; a longer one is refused. */
#define WAIVER_LONGEST_MS (INT64_C(366) * 86400000)

#endif
