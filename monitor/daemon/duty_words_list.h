/* SPDX-License-Identifier: Apache-2.0 */
/* TABLE of what is told of a duty: HAPPENING("word", "English", "Japanese", urgent); the word is that of the timeline. */
HAPPENING("reached",    "became due",                      "の義務が生じました",         false)
HAPPENING("moved",      "is due at another time now",      "の期限が変わりました",       false)
HAPPENING("draft",      "should have been drafted by now", "の起案の目安時刻です",       false)
HAPPENING("escalate",   "is still not handed in",          "がまだ提出されていません",   true)
HAPPENING("overdue",    "is overdue",                      "の期限を過ぎました",         true)
HAPPENING("withdrawn",  "is not due after all",            "の義務はなくなりました",     false)
HAPPENING("superseded", "is replaced by a heavier report", "はより重い報告に替わります", false)
HAPPENING("filed",      "was handed in",                   "が確定されました",           false)
#undef HAPPENING
