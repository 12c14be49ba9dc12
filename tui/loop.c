/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Waits for keys, signals, the answer of an act and the next look at the ledger.  A key is
 * answered at once; what the ledger changes is drawn at most ten times a second.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "monitor/base/clock.h"
#include "monitor/base/i18n.h"
#include "tui/loop.h"
#include "tui/screen.h"

enum { FRAME_MS = 100, LOOK_MS = 200, INPUT_TURN_MAX = 256 };

struct loop {
	struct desk   *desk;
	struct screen *screen;
	int            signals;
	int64_t        drawn_ns;
	bool           colour, reading;	/* reading: inside a long way already */
	bool           lost;		/* the terminal went away */
	enum palette   palette;		/* in force on the screen */
};

static void
loop_draw(struct loop *loop)
{
	struct desk *desk = loop->desk;
	unsigned rows, columns, row = 0, column = 0;
	bool cursor;

	screen_size(loop->screen, &rows, &columns);
	if (desk->grid.rows != rows || desk->grid.columns != columns)
		grid_resize(&desk->grid, rows, columns);
	if (loop->palette != desk->palette)
		screen_palette(loop->screen, desk->palette, loop->colour);
	loop->palette = desk->palette;
	if (desk->redraw)
		screen_forget(loop->screen);
	desk->redraw = false;
	desk_draw(desk);
	cursor = desk_cursor(desk, &row, &column);
	screen_flush(loop->screen, &desk->grid, cursor ? (int)row : -1, (int)column);
	loop->drawn_ns = clock_monotonic_ns();
}

static void
loop_signal(struct loop *loop)
{
	struct signalfd_siginfo info;

	while (read(loop->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		switch (info.ssi_signo) {
		case SIGWINCH:
			screen_resized(loop->screen);
			loop->desk->dirty = loop->desk->urgent = true;
			break;
		case SIGTSTP:
			screen_leave(loop->screen);
			kill(getpid(), SIGSTOP);
			screen_return(loop->screen);
			loop->desk->dirty = loop->desk->urgent = true;
			break;
		case SIGINT:
			desk_input(loop->desk, (struct input){ .key = 0x03 });
			break;
		default:
			loop->desk->quit = true;
			break;
		}
	}
}

/* Waits at most that long, then takes all that is there. */
static void
loop_take(struct loop *loop, int wait_ms)
{
	struct pollfd fds[] = {
		{ .fd = STDIN_FILENO, .events = POLLIN },
		{ .fd = loop->signals, .events = POLLIN },
		{ .fd = loop->desk->errand.fd, .events = POLLIN },
	};
	struct input input;
	unsigned taken = 0;

	if (poll(fds, 3, wait_ms) < 0 && errno != EINTR)
		loop->lost = loop->desk->quit = true;
	if (fds[1].revents != 0)
		loop_signal(loop);
	if ((fds[0].revents & POLLIN) != 0)
		while (taken < INPUT_TURN_MAX && screen_input(loop->screen, &input)) {
			desk_input(loop->desk, input);
			taken++;
		}
	if ((fds[0].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0)
		loop->lost = loop->desk->quit = true;
}

/* On a long way: keys are answered and the progress is drawn; false gives the way up. */
static bool
loop_breathe(void *arg)
{
	struct loop *loop = arg;
	uint64_t request = loop->desk->timeline.request;
	int64_t since_ns = clock_monotonic_ns() - loop->drawn_ns;

	loop_take(loop, 0);
	if (loop->desk->urgent || since_ns >= FRAME_MS * INT64_C(1000000))
		loop_draw(loop);
	return !loop->desk->quit && loop->desk->timeline.request == request;
}

static int
loop_wait_ms(const struct loop *loop)
{
	int64_t since_ms = (clock_monotonic_ns() - loop->drawn_ns) / 1000000;

	if (loop->desk->timeline.goal.kind != GOAL_NONE)
		return 0;
	if (loop->desk->dirty)
		return since_ms < FRAME_MS ? (int)(FRAME_MS - since_ms) : 0;
	return loop->desk->timeline.mode == TIMELINE_PLAYING ? FRAME_MS : LOOK_MS;
}

static int
loop_signals(void)
{
	static const int numbers[] = { SIGWINCH, SIGTSTP, SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		sigaddset(&set, numbers[i]);
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
		return -1;
	return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

enum err
loop_run(struct desk *desk, bool colour, struct why *why)
{
	struct loop loop = { .desk = desk, .colour = colour, .palette = desk->palette };
	enum err err;

	loop.signals = loop_signals();
	if (loop.signals < 0)
		return why_set(why, ERR_IO, "signalfd: %s", strerror(errno));
	err = screen_open(&loop.screen, why);
	if (err != ERR_OK) {
		close(loop.signals);
		return err;
	}
	screen_palette(loop.screen, desk->palette, colour);
	desk->timeline.breathe = loop_breathe;
	desk->timeline.breathe_arg = &loop;
	loop_draw(&loop);
	while (!desk->quit) {
		desk_turn(desk, clock_monotonic_ns(), clock_wall_ms());
		if (desk->urgent || (desk->dirty && clock_monotonic_ns() - loop.drawn_ns >=
		    FRAME_MS * INT64_C(1000000)))
			loop_draw(&loop);
		loop_take(&loop, loop_wait_ms(&loop));
	}
	screen_close(loop.screen);
	close(loop.signals);
	if (loop.lost)
		return why_set(why, ERR_CLOSED, "the terminal went away");
	return ERR_OK;
}

/* Turns until there is nowhere left to go; time passes only by what the ledger says. */
static void
dump_settle(struct desk *desk)
{
	int status = 0;

	if (desk->errand.process != 0) {
		errand_wait(&desk->errand, &status);
		desk_answer(desk, status);
	}
	do {
		desk->timeline.copy_after_ns = desk->reel.after_ns = 0;
		desk_turn(desk, clock_monotonic_ns(), clock_wall_ms());
	} while (desk->timeline.goal.kind != GOAL_NONE);
}

enum err
loop_dump(struct desk *desk, unsigned rows, unsigned columns, const char *keys,
    struct buffer *out, struct why *why)
{
	struct bytes script = bytes_of_text(keys);
	struct input input;
	enum err err;

	grid_resize(&desk->grid, rows, columns);
	dump_settle(desk);
	while (!desk->quit && (err = keys_next(&script, &input, why)) != ERR_NOT_FOUND) {
		if (err != ERR_OK)
			return err;
		desk_draw(desk);
		desk_input(desk, input);
		dump_settle(desk);
	}
	desk_draw(desk);
	grid_text(&desk->grid, out);
	return ERR_OK;
}
