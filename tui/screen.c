/* SPDX-License-Identifier: Apache-2.0 */
/* The only file that knows curses. */
#include <curses.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tui/cell.h"
#include "tui/screen.h"

enum { ESCAPE_MS = 25, WRITE_WAIT_MS = 1000 };

struct screen {
	SCREEN       *terminal;
	WINDOW       *keys;		/* a pad: reading from it never refreshes anything */
	struct grid   old;		/* what the terminal shows */
	bool          unknown;		/* it may show anything */
	struct buffer out;
	const char   *to, *plain, *bold, *reverse, *underline, *colour, *clear;
	const char   *cursor_on, *cursor_off;
	bool          last_cell;	/* the last cell of the window may be written */
	int           colours;
	enum palette  palette;
	int           style;		/* in force on the terminal, -1: none known */
};

static const char *
capability(const char *name)
{
	const char *text = tigetstr(name);

	return text == (const char *)-1 ? NULL : text;
}

static void
screen_learn(struct screen *screen)
{
	screen->to = capability("cup");
	screen->plain = capability("sgr0");
	screen->bold = capability("bold");
	screen->reverse = capability("rev");
	screen->underline = capability("smul");
	screen->colour = capability("setaf");
	screen->clear = capability("clear");
	screen->cursor_on = capability("cnorm");
	screen->cursor_off = capability("civis");
	screen->colours = screen->colour != NULL ? tigetnum("colors") : 0;
	screen->last_cell = tigetflag("am") == 0 || tigetflag("xenl") > 0;
}

enum err
screen_open(struct screen **out, struct why *why)
{
	struct screen *screen = memory_new(1, sizeof(*screen));
	const char *name = getenv("TERM");

	screen->terminal = newterm(NULL, stdout, stdin);
	if (screen->terminal == NULL) {
		free(screen);
		return why_set(why, ERR_UNSUPPORTED, "the terminal %s is not known here; set TERM, "
		    "or use \"sekimori status\"", name != NULL ? name : "(none)");
	}
	screen_learn(screen);
	if (screen->to == NULL || screen->clear == NULL) {
		endwin();
		delscreen(screen->terminal);
		free(screen);
		return why_set(why, ERR_UNSUPPORTED, "the terminal cannot move its cursor; use "
		    "\"sekimori status\"");
	}
	cbreak();
	noecho();
	nonl();
	set_escdelay(ESCAPE_MS);
	screen->keys = newpad(1, 1);
	keypad(screen->keys, TRUE);
	nodelay(screen->keys, TRUE);
	mouseinterval(0);
	mousemask(BUTTON1_PRESSED | BUTTON1_CLICKED | BUTTON4_PRESSED | BUTTON5_PRESSED, NULL);
	refresh();
	screen_forget(screen);
	*out = screen;
	return ERR_OK;
}

void
screen_close(struct screen *screen)
{
	delwin(screen->keys);
	curs_set(1);
	endwin();
	delscreen(screen->terminal);
	grid_free(&screen->old);
	buffer_free(&screen->out);
	free(screen);
}

void
screen_size(const struct screen *screen, unsigned *rows, unsigned *columns)
{
	(void)screen;
	*rows = (unsigned)LINES;
	*columns = (unsigned)COLS;
}

void
screen_forget(struct screen *screen)
{
	screen->unknown = true;
	screen->style = -1;
}

void
screen_resized(struct screen *screen)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0)
		resizeterm(size.ws_row, size.ws_col);
	refresh();
	screen_forget(screen);
}

void
screen_leave(struct screen *screen)
{
	(void)screen;
	endwin();
}

void
screen_return(struct screen *screen)
{
	refresh();
	screen_resized(screen);
}

void
screen_palette(struct screen *screen, enum palette palette, bool colour)
{
	screen->palette = palette;
	if (!colour)
		screen->colours = 0;
	screen_forget(screen);
}

static void
screen_put(struct screen *screen, const char *capability_text)
{
	/* Padding ("$<5>") is for hardware of another time; it ends what is sent. */
	if (capability_text != NULL)
		buffer_put(&screen->out, capability_text, strcspn(capability_text, "$"));
}

static void
screen_style(struct screen *screen, const struct cell *cell)
{
	int style = cell->style | (cell->selected ? 0x100 : 0);
	struct paint paint = palette_paint(screen->palette, (enum style)cell->style,
	    screen->colours);

	if (style == screen->style)
		return;
	screen->style = style;
	screen_put(screen, screen->plain);
	if (paint.attributes & PAINT_BOLD)
		screen_put(screen, screen->bold);
	if ((paint.attributes & PAINT_REVERSE) || cell->selected)
		screen_put(screen, screen->reverse);
	if (paint.attributes & PAINT_UNDERLINE)
		screen_put(screen, screen->underline);
	if (paint.colour >= 0 && screen->colours > 0)
		screen_put(screen, tiparm(screen->colour, paint.colour));
}

static bool
cell_equal(const struct cell *a, const struct cell *b)
{
	return a->code == b->code && a->mark == b->mark && a->style == b->style &&
	    a->width == b->width && a->selected == b->selected;
}

static void
screen_cell(struct screen *screen, const struct cell *cell)
{
	char octets[4];

	screen_style(screen, cell);
	buffer_put(&screen->out, octets, utf8_put(cell->code, octets));
	if (cell->mark != 0)
		buffer_put(&screen->out, octets, utf8_put(cell->mark, octets));
}

static void
screen_row(struct screen *screen, const struct grid *grid, unsigned row)
{
	const struct cell *line = &grid->cell[row * grid->columns];
	struct cell *shown = &screen->old.cell[row * grid->columns];
	unsigned at = UINT32_MAX;

	for (unsigned column = 0; column < grid->columns; column++) {
		const struct cell *cell = &line[column];

		if (cell->width == 0 || cell_equal(cell, &shown[column]))
			continue;
		if (row + 1 == grid->rows && column + cell->width == grid->columns &&
		    !screen->last_cell)
			continue;
		if (at != column)
			screen_put(screen, tiparm(screen->to, (int)row, (int)column));
		screen_cell(screen, cell);
		/* After the last column the cursor's place differs between terminals. */
		at = column + cell->width < grid->columns ? column + cell->width : UINT32_MAX;
	}
	memcpy(shown, line, grid->columns * sizeof(*line));
}

/* A terminal that does not take what it is sent is waited for, but not for ever. */
static void
screen_write(struct screen *screen)
{
	size_t sent = 0;

	while (sent < screen->out.len) {
		ssize_t len = write(STDOUT_FILENO, screen->out.at + sent, screen->out.len - sent);
		struct pollfd ready = { .fd = STDOUT_FILENO, .events = POLLOUT };

		if (len > 0)
			sent += (size_t)len;
		else if (errno != EINTR && (errno != EAGAIN ||
		    poll(&ready, 1, WRITE_WAIT_MS) <= 0))
			break;
	}
	if (sent < screen->out.len)
		screen_forget(screen);
	buffer_reset(&screen->out);
}

void
screen_flush(struct screen *screen, const struct grid *grid, int cursor_row, int cursor_column)
{
	if (screen->unknown || screen->old.rows != grid->rows ||
	    screen->old.columns != grid->columns) {
		grid_resize(&screen->old, grid->rows, grid->columns);
		screen_put(screen, screen->plain);
		screen_put(screen, screen->clear);
		screen->style = -1;
		screen->unknown = false;
	}
	screen_put(screen, screen->cursor_off);
	for (unsigned row = 0; row < grid->rows; row++)
		if (memcmp(&grid->cell[row * grid->columns],
		    &screen->old.cell[row * grid->columns],
		    grid->columns * sizeof(struct cell)) != 0)
			screen_row(screen, grid, row);
	if (cursor_row >= 0) {
		screen_put(screen, tiparm(screen->to, cursor_row, cursor_column));
		screen_put(screen, screen->cursor_on);
	}
	screen_write(screen);
}

static bool
screen_mouse(struct input *input)
{
	MEVENT event;

	if (getmouse(&event) != OK)
		return false;
	input->row = (unsigned)event.y;
	input->column = (unsigned)event.x;
	input->key = event.bstate & BUTTON4_PRESSED ? KEYS_WHEEL_UP :
	    event.bstate & BUTTON5_PRESSED ? KEYS_WHEEL_DOWN :
	    event.bstate & (BUTTON1_PRESSED | BUTTON1_CLICKED) ? KEYS_CLICK : KEYS_NONE;
	return input->key != KEYS_NONE;
}

static uint32_t
screen_named(wint_t code)
{
	static const struct { wint_t code; uint32_t key; } map[] = {
		{ KEY_UP, KEYS_UP }, { KEY_DOWN, KEYS_DOWN }, { KEY_LEFT, KEYS_LEFT },
		{ KEY_RIGHT, KEYS_RIGHT }, { KEY_PPAGE, KEYS_PAGE_UP },
		{ KEY_NPAGE, KEYS_PAGE_DOWN }, { KEY_HOME, KEYS_HOME }, { KEY_END, KEYS_END },
		{ KEY_DC, KEYS_DELETE }, { KEY_BTAB, KEYS_BACKTAB }, { KEY_ENTER, KEYS_ENTER },
		{ KEY_BACKSPACE, KEYS_BACKSPACE },
	};

	for (size_t i = 0; i < sizeof(map) / sizeof(map[0]); i++)
		if (map[i].code == code)
			return map[i].key;
	return KEYS_NONE;
}

bool
screen_input(struct screen *screen, struct input *input)
{
	wint_t code;
	int kind;

	while ((kind = wget_wch(screen->keys, &code)) != ERR) {
		*input = (struct input){ 0 };
		if (kind == KEY_CODE_YES && code == KEY_MOUSE) {
			if (screen_mouse(input))
				return true;
			continue;
		}
		if (kind == KEY_CODE_YES)
			input->key = screen_named(code);
		else
			input->key = code == '\n' ? KEYS_ENTER : code == '\b' ? KEYS_BACKSPACE :
			    (uint32_t)code;
		if (input->key != KEYS_NONE)
			return true;
	}
	return false;
}
