/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TABLE: sovereignty against resilience.  RECOVERY_WHY(NAME, VERDICT, text, advice): whether the
 * copies of a set that are where they may be meet its recovery objectives.
 */
#ifndef RECOVERY_WHY
#define RECOVERY_WHY(NAME, VERDICT, text, advice)
#endif
RECOVERY_WHY(NO_OBJECTIVE, NONE, N_("no recovery objective is declared for this set"),
    N_("declare rpo, rto, copies or regions for it"))
RECOVERY_WHY(ENOUGH, MET, N_("the copies inside what is approved meet the recovery objectives"), "")
RECOVERY_WHY(CONFLICT, NOT_MET, N_("the recovery objectives are met only with copies outside what is "
    "approved: no set of copies meets both"), N_("add a copy in an approved place, or have an "
    "exception approved; until then one of the two promises is broken"))
RECOVERY_WHY(TOO_FEW, NOT_MET, N_("all its copies together do not meet the recovery objectives"),
    N_("add a copy, in a region of its own where that is asked, with lag and takeover within the "
    "objectives"))
RECOVERY_WHY(PLACES_UNKNOWN, UNKNOWN, N_("it depends on copies of which the place is not known"),
    N_("see where each copy is, and why that is not known"))
RECOVERY_WHY(ABILITY_UNKNOWN, UNKNOWN, N_("it depends on copies of which neither lag nor takeover is "
    "declared"), N_("declare lag (or synchronous) and takeover of each copy"))
#undef RECOVERY_WHY
