/* bench/bareloop.c - what the system itself takes for a copy: one socket in, a connected
 * socket for each listener, and nothing between.
 *
 * layer: test program   thread: one   I/O: UDP sockets
 *
 * bareloop ADDRESS:PORT LISTENER:PORT...
 *
 * Listener n gets its copies from PORT + 2n. No gateway that sends by sockets of their
 * own (without privileges) can cost less than this on the same machine; what it costs
 * beside a peer is the floor of that ratio.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "../tools/tool.h"

static struct addr address(const char *text)
{
	struct addr a;

	if (addr_parse(&a, str_of(text)) || !a.port)
		die("%s is no ADDRESS:PORT", text);
	return a;
}

static int connected(struct addr self, int n, const char *to)
{
	struct sockaddr_storage ss;
	struct addr a = address(to);
	socklen_t len = addr_to_sockaddr(&a, &ss);
	int fd;

	self.port = (uint16_t)(self.port + 2 * n);
	fd = udp_open(&self, false);
	if (connect(fd, (struct sockaddr *)&ss, len))
		die("connect %s: %s", to, strerror(errno));
	return fd;
}

int main(int argc, char **argv)
{
	int in, *out, n = argc - 2;
	struct addr self;
	char buf[2048];

	if (n < 1)
		die("bareloop ADDRESS:PORT LISTENER:PORT...");
	self = address(argv[1]);
	in = udp_open(&self, false);
	fcntl(in, F_SETFL, 0); /* recv() waits */
	out = calloc((size_t)n, sizeof(*out));
	if (!out)
		die("out of memory");
	for (int i = 0; i < n; i++)
		out[i] = connected(self, i + 1, argv[2 + i]);
	for (;;) {
		ssize_t len = recv(in, buf, sizeof(buf), 0);

		if (len < 0)
			die("recv: %s", strerror(errno));
		for (int i = 0; i < n; i++)
			if (send(out[i], buf, (size_t)len, 0) < 0)
				continue; /* an ICMP error of before */
	}
}
