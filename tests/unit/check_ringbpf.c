/* tests/unit/check_ringbpf.c - the filter programs of ring mode, run by a little machine
 * of our own that knows what the kernel's knows of a packet.
 *
 * layer: tests   thread: main   I/O: none
 */
#include "test.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "media/frame.h"
#include "media/ringbpf.h"

enum { ETH0 = 7, ETH1 = 9, STEPS = 5000 };

/* A packet and what the kernel says about it. */
struct packet {
	uint8_t b[2200];
	uint32_t n, ifindex, protocol, pkttype;
	bool tagged;
	uint16_t tag;
};

static struct ringbpf prog;

static bool fetch(const struct packet *p, uint32_t at, unsigned size, uint32_t *v)
{
	*v = 0;
	switch (at - (uint32_t)SKF_AD_OFF) {
	case SKF_AD_PROTOCOL:
		*v = p->protocol;
		return true;
	case SKF_AD_PKTTYPE:
		*v = p->pkttype;
		return true;
	case SKF_AD_IFINDEX:
		*v = p->ifindex;
		return true;
	case SKF_AD_VLAN_TAG:
		*v = p->tag;
		return true;
	case SKF_AD_VLAN_TAG_PRESENT:
		*v = p->tagged;
		return true;
	default:
		break;
	}
	if (at > p->n || size > p->n - at)
		return false; /* the kernel ends the program with 0 */
	for (unsigned i = 0; i < size; i++)
		*v = *v << 8 | p->b[at + i];
	return true;
}

static unsigned size_of(uint16_t code)
{
	return BPF_SIZE(code) == BPF_W ? 4 : BPF_SIZE(code) == BPF_H ? 2 : 1;
}

static uint32_t alu(uint16_t code, uint32_t a, uint32_t k)
{
	switch (BPF_OP(code)) {
	case BPF_AND:
		return a & k;
	case BPF_RSH:
		return a >> k;
	case BPF_MOD:
		ck_assert_uint_ne(k, 0);
		return a % k;
	default:
		ck_abort_msg("arithmetic %x", code);
	}
}

static bool test_jump(uint16_t code, uint32_t a, uint32_t k)
{
	switch (BPF_OP(code)) {
	case BPF_JEQ:
		return a == k;
	case BPF_JGT:
		return a > k;
	case BPF_JGE:
		return a >= k;
	case BPF_JSET:
		return a & k;
	default:
		ck_abort_msg("jump %x", code);
	}
}

static uint32_t run(const struct packet *p)
{
	uint32_t a = 0, x = 0;

	ck_assert(!prog.full);
	for (unsigned pc = 0, steps = 0; steps < STEPS; pc++, steps++) {
		const struct sock_filter *f = &prog.v[pc];

		ck_assert_uint_lt(pc, prog.n);
		switch (BPF_CLASS(f->code)) {
		case BPF_LD:
			if (BPF_MODE(f->code) == BPF_LEN)
				a = p->n;
			else if (!fetch(p, f->k + (BPF_MODE(f->code) == BPF_IND ? x : 0),
					size_of(f->code), &a))
				return 0;
			break;
		case BPF_LDX:
			if (!fetch(p, f->k, 1, &x))
				return 0;
			x = (x & 15) * 4;
			break;
		case BPF_ALU:
			a = alu(f->code, a, f->k);
			break;
		case BPF_JMP:
			if (BPF_OP(f->code) == BPF_JA)
				pc += f->k;
			else
				pc += test_jump(f->code, a, f->k) ? f->jt : f->jf;
			break;
		case BPF_RET:
			return BPF_RVAL(f->code) == BPF_A ? a : f->k;
		default:
			ck_abort_msg("code %x", f->code);
		}
	}
	ck_abort_msg("does not end");
}

static struct addr at(const char *text)
{
	struct addr a = { 0 };

	ck_assert_int_eq(addr_parse(&a, str_of(text)), 0);
	return a;
}

static struct packet udp(const char *to)
{
	struct packet p = { .ifindex = ETH0 };
	struct addr dst = at(to), src = at(dst.family == 4 ? "192.0.2.9:4000" :
							     "[2001:db8::9]:4000");
	static const uint8_t mac[6];
	struct frame_tmpl t;

	frame_tmpl_set(&t, mac, mac, &src, &dst, 0, 0);
	frame_put(&t, p.b, 20, 0, 0);
	p.n = t.len + 20u;
	p.protocol = dst.family == 4 ? 0x0800 : 0x86dd;
	return p;
}

static bool takes(const char *to)
{
	struct packet p = udp(to);

	return run(&p) > 0;
}

static void unicast(void)
{
	static const uint32_t ifs[] = { ETH0, ETH1 };
	struct nftdrop_range r[3] = { { at("10.0.0.1:0"), 20000, 20999 },
				      { at("10.0.0.2:0"), 30000, 30001 },
				      { at("[2001:db8::1]:0"), 20000, 20999 } };

	ringbpf_unicast(&prog, ifs, 2, r, 3);
}

START_TEST(our_addresses_and_ports)
{
	unicast();
	ck_assert(takes("10.0.0.1:20000"));
	ck_assert(takes("10.0.0.1:20999"));
	ck_assert(!takes("10.0.0.1:19999"));
	ck_assert(!takes("10.0.0.1:21000"));
	ck_assert(takes("10.0.0.2:30001"));
	ck_assert(!takes("10.0.0.2:20000"));
	ck_assert(!takes("10.0.0.3:20000"));
	ck_assert(takes("[2001:db8::1]:20500"));
	ck_assert(!takes("[2001:db8::1]:30000"));
	ck_assert(!takes("[2001:db8::2]:20500"));
	ck_assert(!takes("239.1.2.3:20000"));
}
END_TEST

START_TEST(our_interfaces)
{
	struct packet p = udp("10.0.0.1:20000");

	unicast();
	p.ifindex = ETH1;
	ck_assert(run(&p));
	p.ifindex = 8;
	ck_assert(!run(&p));
}
END_TEST

START_TEST(tags)
{
	struct packet p = udp("10.0.0.1:20000");

	unicast();
	p.tagged = true;
	p.tag = 0xe000; /* priority 7 of VLAN 0 */
	ck_assert(run(&p));
	p.tag = 0xe007;
	ck_assert(!run(&p));
}
END_TEST

START_TEST(only_whole_udp)
{
	struct packet p = udp("10.0.0.1:20000");

	unicast();
	p.b[14 + 9] = 6;
	ck_assert(!run(&p));
	p = udp("10.0.0.1:20000");
	p.b[14 + 6] = 0x20; /* the first fragment */
	ck_assert(!run(&p));
	p.b[14 + 6] = 0x00;
	p.b[14 + 7] = 0x01; /* the last */
	ck_assert(!run(&p));
	p.b[14 + 6] = 0x40; /* don't fragment */
	p.b[14 + 7] = 0;
	ck_assert(run(&p));
	p = udp("[2001:db8::1]:20500");
	p.b[14 + 6] = 44;
	ck_assert(!run(&p));
	p = udp("10.0.0.1:20000");
	p.protocol = 0x0806;
	ck_assert(!run(&p));
}
END_TEST

START_TEST(ip_options_move_the_ports)
{
	struct packet p = udp("10.0.0.1:20000");

	unicast();
	memmove(p.b + 14 + 28, p.b + 14 + 20, 28);
	memset(p.b + 14 + 20, 1, 8);
	p.b[14] = 0x47;
	p.n += 8;
	ck_assert(run(&p));
	p.b[14 + 28 + 2] = 0;
	ck_assert(!run(&p));
}
END_TEST

START_TEST(cut_packets_are_refused)
{
	struct packet p = udp("10.0.0.1:20000"), q = udp("[2001:db8::1]:20500");

	unicast();
	for (p.n = 0; p.n < 14 + 20 + 4; p.n++)
		ck_assert(!run(&p));
	for (q.n = 0; q.n < 14 + 40 + 4; q.n++)
		ck_assert(!run(&q));
}
END_TEST

START_TEST(no_range_takes_nothing)
{
	static const uint32_t ifs[] = { ETH0 };

	ringbpf_unicast(&prog, ifs, 1, NULL, 0);
	ck_assert(!takes("10.0.0.1:20000"));
	ringbpf_nothing(&prog);
	ck_assert(!takes("10.0.0.1:20000"));
	unicast();
	prog.v[0].k = 0;
	ringbpf_unicast(&prog, NULL, 0, NULL, 0);
	ck_assert(!takes("10.0.0.1:20000"));
}
END_TEST

/* Hundreds of interfaces and addresses: far jumps, and at last no room. */
START_TEST(many_of_all)
{
	static struct nftdrop_range r[400];
	static uint32_t ifs[600];

	for (unsigned i = 0; i < 600; i++)
		ifs[i] = 1000 - i;
	for (unsigned i = 0; i < 400; i++) {
		r[i] = (struct nftdrop_range){ at("10.0.0.0:0"), 20000, 20009 };
		r[i].addr.ip[2] = (uint8_t)(i >> 8);
		r[i].addr.ip[3] = (uint8_t)i;
	}
	for (unsigned i = 0; i < 200; i++) {
		struct packet p = udp("10.0.0.0:20003");

		ringbpf_unicast(&prog, ifs, 200, r, 200);
		p.b[14 + 19] = (uint8_t)i;
		p.ifindex = 1000 - i;
		ck_assert(run(&p));
		p.ifindex = 800;
		ck_assert(!run(&p));
		p.ifindex = 1000;
		p.b[14 + 18] = 1;
		ck_assert(!run(&p));
	}
	ringbpf_unicast(&prog, ifs, 600, r, 400);
	ck_assert(prog.full);
	ck_assert_int_ne(ringbpf_attach(-1, &prog), 0);
}
END_TEST

START_TEST(groups)
{
	static const uint32_t ifs[] = { ETH0 };
	static const uint16_t ports[] = { 5004, 5005, 7000 };

	ringbpf_groups(&prog, ifs, 1, ports, 3);
	ck_assert(takes("239.1.2.3:5004"));
	ck_assert(takes("224.0.1.116:5005"));
	ck_assert(takes("[ff15::1]:7000"));
	ck_assert(!takes("239.1.2.3:5006"));
	ck_assert(!takes("[ff15::1]:7001"));
	ck_assert(!takes("10.0.0.1:5004"));
	ck_assert(!takes("240.0.0.1:5004"));
	ck_assert(!takes("[2001:db8::1]:5004"));
}
END_TEST

START_TEST(many_group_ports_become_a_range)
{
	static const uint32_t ifs[] = { ETH0 };
	uint16_t ports[RINGBPF_PORTS + 1];

	for (uint16_t i = 0; i <= RINGBPF_PORTS; i++)
		ports[i] = (uint16_t)(5000 + 2 * i);
	ringbpf_groups(&prog, ifs, 1, ports, RINGBPF_PORTS);
	ck_assert(takes("239.1.2.3:5000"));
	ck_assert(!takes("239.1.2.3:5001"));
	ringbpf_groups(&prog, ifs, 1, ports, RINGBPF_PORTS + 1);
	ck_assert(takes("239.1.2.3:5001"));
	ck_assert(takes("239.1.2.3:5128"));
	ck_assert(!takes("239.1.2.3:5129"));
	ck_assert(!takes("239.1.2.3:4999"));
}
END_TEST

/* From the IP header on. */
static struct packet inner(const char *to)
{
	struct packet p = udp(to);

	memmove(p.b, p.b + 14, p.n - 14);
	p.n -= 14;
	return p;
}

START_TEST(steering_is_port_arithmetic)
{
	for (unsigned n = 1; n <= 5; n++) {
		ringbpf_fanout(&prog, n);
		for (unsigned port = 20000; port < 20020; port++) {
			char to[64];
			struct packet p;

			snprintf(to, sizeof(to), "10.0.0.1:%u", port);
			p = inner(to);
			ck_assert_uint_eq(run(&p), port / 2 % n);
			snprintf(to, sizeof(to), "[2001:db8::1]:%u", port);
			p = inner(to);
			ck_assert_uint_eq(run(&p), port / 2 % n);
		}
	}
}
END_TEST

START_TEST(raw_sockets_get_their_worker_s_ports)
{
	for (unsigned i = 0; i < 3; i++) {
		for (unsigned port = 19990; port < 20020; port++) {
			bool mine = port >= 20000 && port <= 20009 && port / 2 % 3 == i;
			char to[64];
			struct packet p;

			snprintf(to, sizeof(to), "10.0.0.1:%u", port);
			p = inner(to);
			ringbpf_raw(&prog, 4, 20000, 20009, i, 3);
			ck_assert_int_eq(run(&p) > 0, mine);
			memmove(p.b, p.b + 20, p.n - 20); /* IPv6: from UDP on */
			ringbpf_raw(&prog, 6, 20000, 20009, i, 3);
			ck_assert_int_eq(run(&p) > 0, mine);
		}
	}
}
END_TEST

START_TEST(looped_or_long)
{
	struct packet p = { .n = 200, .pkttype = 2 };

	ringbpf_looped(&prog, 1480);
	ck_assert(!run(&p));
	p.pkttype = 5;
	ck_assert(run(&p));
	p.pkttype = 2;
	p.n = 1480;
	ck_assert(!run(&p));
	p.n = 1481;
	ck_assert(run(&p));
}
END_TEST

static Suite *ringbpf_suite(void)
{
	Suite *s = suite_create("ringbpf");
	TCase *tc = tcase_create("filters");

	tcase_add_test(tc, our_addresses_and_ports);
	tcase_add_test(tc, our_interfaces);
	tcase_add_test(tc, tags);
	tcase_add_test(tc, only_whole_udp);
	tcase_add_test(tc, ip_options_move_the_ports);
	tcase_add_test(tc, cut_packets_are_refused);
	tcase_add_test(tc, no_range_takes_nothing);
	tcase_add_test(tc, many_of_all);
	tcase_add_test(tc, groups);
	tcase_add_test(tc, many_group_ports_become_a_range);
	tcase_add_test(tc, steering_is_port_arithmetic);
	tcase_add_test(tc, raw_sockets_get_their_worker_s_ports);
	tcase_add_test(tc, looped_or_long);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(ringbpf_suite)
