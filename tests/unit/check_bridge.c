/* tests/unit/check_bridge.c - packet relays: two connections hear each other.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "model_test.h"

#include <string.h>

START_TEST(two_connections_relay)
{
	struct term *a = conn(ep("rtpbridge/1"), "sendrecv 10.0.0.1:4000 0", NULL);
	struct term *b = conn(ep("RTPbridge/1"), "sendrecv 10.0.0.2:5000 0", NULL);
	const struct plan_leg *p;

	ck_assert(fake_relays(fake_slot(a, 1), fake_slot(b, 1)));
	ck_assert(fake_relays(fake_slot(b, 1), fake_slot(a, 1)));
	ck_assert(!fake_relays(fake_slot(a, 1), fake_slot(a, 1)));
	p = fake_slot(a, 1)->plan;
	ck_assert_uint_eq(p->nsrc, 1);
	ck_assert_uint_eq(p->remote.port, 4000);
	ck_assert_uint_eq(p->remote_rtcp.port, 4001);
	ck_assert_ptr_eq(p->rtcp_peer, fake_slot(b, 1));
	ck_assert_uint_eq(p->tx_pt[p->rx_key[0]], 0);
	ck_assert_uint_eq(p->rx_key[8], 0);
	ck_assert_uint_eq(p->accept, ACCEPT_HOST);
	ck_assert_ptr_eq(a->ctx, b->ctx);
}
END_TEST

static Suite *bridge_suite(void)
{
	Suite *s = suite_create("bridge");
	TCase *tc = tcase_create("bridge");

	tcase_add_checked_fixture(tc, world_open, world_close);
	tcase_add_test(tc, two_connections_relay);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(bridge_suite)
