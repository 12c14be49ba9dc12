/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TABLES of webhooks: one line each, to be read by whoever adds to them.  The first name that is
 * there counts.
 *
 *   LABEL(SUBJECT, "label")       of an alert: what it is about, tried in this order
 *   LABEL(SEVERITY|CAUSE|TYPE, "label")
 *   MEMBER(FIELD, "name")         of our own form, and what others call the same
 *   STATE("word", KIND)           values of its member state
 */
#ifndef LABEL
#define LABEL(FIELD, name)
#endif
#ifndef MEMBER
#define MEMBER(FIELD, name)
#endif
#ifndef STATE
#define STATE(word, KIND)
#endif
LABEL(SUBJECT, "subject")
LABEL(SUBJECT, "nf_instance")
LABEL(SUBJECT, "nf")
LABEL(SUBJECT, "pod")
LABEL(SUBJECT, "node")
LABEL(SUBJECT, "hostname")
LABEL(SUBJECT, "host")
LABEL(SUBJECT, "instance")
LABEL(SEVERITY, "severity")
LABEL(SEVERITY, "perceived_severity")
LABEL(SEVERITY, "priority")
LABEL(CAUSE, "probable_cause")
LABEL(CAUSE, "cause")
LABEL(CAUSE, "reason")
LABEL(TYPE, "alarm_type")
LABEL(TYPE, "event_type")

MEMBER(KEY, "key")
MEMBER(KEY, "alarmId")
MEMBER(KEY, "fingerprint")
MEMBER(STATE, "state")
MEMBER(STATE, "notificationType")
MEMBER(STATE, "status")
MEMBER(SEVERITY, "severity")
MEMBER(SEVERITY, "perceivedSeverity")
MEMBER(TITLE, "title")
MEMBER(TITLE, "specificProblem")
MEMBER(TITLE, "name")
MEMBER(TYPE, "alarm_type")
MEMBER(TYPE, "alarmType")
MEMBER(CAUSE, "cause")
MEMBER(CAUSE, "probableCause")
MEMBER(SUBJECT, "subject")
MEMBER(SUBJECT, "objectInstance")
MEMBER(SUBJECT, "host")
MEMBER(TIME, "time")
MEMBER(TIME, "eventTime")
MEMBER(TIME, "alarmRaisedTime")

STATE("raised", RAISED)
STATE("cleared", CLEARED)
STATE("event", EVENT)
STATE("firing", RAISED)
STATE("resolved", CLEARED)
STATE("notifyNewAlarm", RAISED)
STATE("notifyChangedAlarm", RAISED)
STATE("notifyChangedAlarmGeneral", RAISED)
STATE("notifyClearedAlarm", CLEARED)
STATE("notifyEvent", EVENT)
#undef LABEL
#undef MEMBER
#undef STATE
