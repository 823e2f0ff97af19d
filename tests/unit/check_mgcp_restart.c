/* tests/unit/check_mgcp_restart.c - the machine of restart and disconnection, pair by
 * pair.
 *
 * layer: tests   thread: main   I/O: none
 *
 * Every state meets every event: the pair is in the table of 4.4.6 and 4.4.7 below, or it
 * is one that has no meaning there and is listed as ignored. What the actions do is shown
 * by the scenarios of tests/replay.
 */
#include "test.h"

#include "mgcp/restart.h"

enum { PHASES = MGCP_PHASE_REFUSED + 1, NONE = -1 };

/* [phase][event] -> next phase; NONE: ignored. Activity in WAITING may announce, when
 * Tdmin is over. */
static const int table[PHASES][PROC_EV_N] = {
	[MGCP_PHASE_QUIET] = {
		[PROC_EV_ACTIVITY] = NONE,
		[PROC_EV_START] = MGCP_PHASE_WAITING,
		[PROC_EV_TIMER] = NONE,
		[PROC_EV_COMMAND] = NONE,    /* it announces nothing */
		[PROC_EV_OK] = NONE,
		[PROC_EV_TRANSIENT] = NONE,
		[PROC_EV_REDIRECT] = NONE,
		[PROC_EV_PERMANENT] = NONE,
		[PROC_EV_NO_ANSWER] = NONE,
		[PROC_EV_LOSS] = NONE,
		[PROC_EV_STOP] = NONE,
	},
	[MGCP_PHASE_WAITING] = {
		[PROC_EV_ACTIVITY] = MGCP_PHASE_WAITING,
		[PROC_EV_START] = MGCP_PHASE_WAITING,
		[PROC_EV_TIMER] = MGCP_PHASE_ANNOUNCING,
		[PROC_EV_COMMAND] = MGCP_PHASE_ANNOUNCING,
		[PROC_EV_OK] = NONE,         /* no RSIP is out */
		[PROC_EV_TRANSIENT] = NONE,
		[PROC_EV_REDIRECT] = NONE,
		[PROC_EV_PERMANENT] = NONE,
		[PROC_EV_NO_ANSWER] = NONE,
		[PROC_EV_LOSS] = NONE,       /* it is on already */
		[PROC_EV_STOP] = MGCP_PHASE_QUIET,
	},
	[MGCP_PHASE_ANNOUNCING] = {
		[PROC_EV_ACTIVITY] = NONE,
		[PROC_EV_START] = MGCP_PHASE_WAITING,
		[PROC_EV_TIMER] = NONE,      /* none runs */
		[PROC_EV_COMMAND] = MGCP_PHASE_ANNOUNCING,
		[PROC_EV_OK] = MGCP_PHASE_DONE,
		[PROC_EV_TRANSIENT] = MGCP_PHASE_WAITING,
		[PROC_EV_REDIRECT] = MGCP_PHASE_ANNOUNCING,
		[PROC_EV_PERMANENT] = MGCP_PHASE_REFUSED,
		[PROC_EV_NO_ANSWER] = MGCP_PHASE_WAITING,
		[PROC_EV_LOSS] = NONE,
		[PROC_EV_STOP] = MGCP_PHASE_QUIET,
	},
	[MGCP_PHASE_DONE] = {
		[PROC_EV_ACTIVITY] = NONE,
		[PROC_EV_START] = MGCP_PHASE_WAITING,
		[PROC_EV_TIMER] = NONE,
		[PROC_EV_COMMAND] = NONE,    /* there is nothing to tell */
		[PROC_EV_OK] = NONE,
		[PROC_EV_TRANSIENT] = NONE,
		[PROC_EV_REDIRECT] = NONE,
		[PROC_EV_PERMANENT] = NONE,
		[PROC_EV_NO_ANSWER] = NONE,
		[PROC_EV_LOSS] = MGCP_PHASE_WAITING,
		[PROC_EV_STOP] = MGCP_PHASE_QUIET,
	},
	[MGCP_PHASE_REFUSED] = {
		[PROC_EV_ACTIVITY] = NONE,
		[PROC_EV_START] = MGCP_PHASE_WAITING,
		[PROC_EV_TIMER] = NONE,      /* 4.4.6: not on its own */
		[PROC_EV_COMMAND] = MGCP_PHASE_ANNOUNCING,
		[PROC_EV_OK] = NONE,
		[PROC_EV_TRANSIENT] = NONE,
		[PROC_EV_REDIRECT] = NONE,
		[PROC_EV_PERMANENT] = NONE,
		[PROC_EV_NO_ANSWER] = NONE,
		[PROC_EV_LOSS] = MGCP_PHASE_WAITING,
		[PROC_EV_STOP] = MGCP_PHASE_QUIET,
	},
};

START_TEST(every_pair_is_as_listed)
{
	for (int ph = 0; ph < PHASES; ph++)
		for (int ev = 0; ev < PROC_EV_N; ev++) {
			enum mgcp_restart_phase next = MGCP_PHASE_QUIET;
			bool there = proc_row((enum mgcp_restart_phase)ph,
					      (enum proc_ev)ev, &next);

			ck_assert_msg(there == (table[ph][ev] != NONE),
				      "phase %d, event %d", ph, ev);
			ck_assert_msg(!there || (int)next == table[ph][ev],
				      "phase %d, event %d leads to %d", ph, ev, next);
		}
}
END_TEST

/* From each state the agent can be told again. */
START_TEST(no_state_is_a_trap)
{
	for (int ph = 0; ph < PHASES; ph++) {
		enum mgcp_restart_phase next;

		ck_assert(proc_row((enum mgcp_restart_phase)ph, PROC_EV_START, &next));
		ck_assert_int_eq(next, MGCP_PHASE_WAITING);
	}
}
END_TEST

static Suite *restart_suite(void)
{
	Suite *s = suite_create("mgcp restart");
	TCase *tc = tcase_create("table");

	tcase_add_test(tc, every_pair_is_as_listed);
	tcase_add_test(tc, no_state_is_a_trap);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(restart_suite)
