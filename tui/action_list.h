/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TABLE of what keys do: ACTION(group, NAME, "keys", "text").  The key map, the help screen and
 * the manual come from it.  Keys are separated by blanks: a character stands for itself, others
 * are <Name> (keys.c), <C-x> is Control and x.
 */
ACTION(MOVING, DOWN,             "j <Down>",           N_("next line"))
ACTION(MOVING, UP,               "k <Up>",             N_("previous line"))
ACTION(MOVING, PAGE_DOWN,        "<PageDown> <C-f>",   N_("next page"))
ACTION(MOVING, PAGE_UP,          "<PageUp> <C-b>",     N_("previous page"))
ACTION(MOVING, FIRST,            "g <Home>",           N_("first line"))
ACTION(MOVING, LAST,             "G <End>",            N_("last line"))
ACTION(MOVING, LEFT,             "h <Left>",           N_("column to the left (overview)"))
ACTION(MOVING, RIGHT,            "l <Right>",          N_("column to the right (overview)"))
ACTION(MOVING, PROBLEM_NEXT,     "e",                  N_("next problem"))
ACTION(MOVING, PROBLEM_PREVIOUS, "E",                  N_("previous problem"))
ACTION(VIEWS,  OPEN,             "<Enter>",            N_("open what the cursor is on"))
ACTION(VIEWS,  BACK,             "<Esc> <Backspace>",  N_("back to where you came from"))
ACTION(VIEWS,  VIEW,             "1 2 3 4 5",          N_("the view with that number"))
ACTION(VIEWS,  VIEW_NEXT,        "<Tab>",              N_("next view"))
ACTION(VIEWS,  VIEW_PREVIOUS,    "<S-Tab>",            N_("previous view"))
ACTION(VIEWS,  FILTER,           "/",                  N_("show only lines with these words"))
ACTION(VIEWS,  COMMAND,          ":",                  N_("type a command"))
ACTION(VIEWS,  HELP,             "?",                  N_("this page"))
ACTION(TIME,   STEP_BACK,        "[",                  N_("to before the previous change"))
ACTION(TIME,   STEP_FORWARD,     "]",                  N_("to after the next change"))
ACTION(TIME,   LEAP_BACK,        "{",                  N_("ten minutes back"))
ACTION(TIME,   LEAP_FORWARD,     "}",                  N_("ten minutes forward"))
ACTION(TIME,   PLAY,             "<Space> p",          N_("play, pause"))
ACTION(TIME,   FASTER,           "+ =",                N_("play faster, up to 1000 times"))
ACTION(TIME,   SLOWER,           "-",                  N_("play slower, down to real time"))
ACTION(TIME,   JUMP,             "t",                  N_("to a time you type"))
ACTION(TIME,   LIVE,             "L",                  N_("back to live"))
ACTION(ACTING, ACK,              "a",                  N_("acknowledge the incident"))
ACTION(ACTING, NOTE,             "n",                  N_("add a note to the incident"))
ACTION(ACTING, REDRAW,           "<C-l>",              N_("draw everything again"))
ACTION(ACTING, QUIT,             "q <C-c>",            N_("leave"))
#undef ACTION
