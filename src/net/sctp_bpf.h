/* net/sctp_bpf.h - inside of net/: whose packets the kernel gives to the native stack.
 *
 * layer: net (L3)   thread: control   I/O: none
 * RFC 6951 5.4
 *
 * A program of classic BPF, to be attached to one of the stack's sockets. A packet passes
 * if it is from a host with a rule, and in UDP from the port this rule names; a host with
 * ports is heard from these alone, whatever network it is in. All else is dropped. While
 * more INITs come than the stack can take, but one in 16 passes of those who are no
 * friends, so that friends find room.
 */
#pragma once

#include <linux/filter.h>

#include "util/addr.h"

enum { BPF_RULES = 512 };

struct bpf_rule {
	struct addr net; /* its port: the UDP port of a single host; 0: any */
	unsigned bits;
	bool friend;
};

struct bpf_sock {
	unsigned family;
	bool udp; /* else raw */
	bool thin; /* too many INITs come */
};

/* 0 or -H_ELIMIT: too long. */
int bpf_compile(const struct bpf_rule *v, unsigned n, const struct bpf_sock *s,
		struct sock_filter out[BPF_MAXINSNS], unsigned short *len);
