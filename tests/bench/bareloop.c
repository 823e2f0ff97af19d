/* bench/bareloop.c - what the system itself takes for a copy: one socket in, a connected
 * socket for each listener, and nothing between.
 *
 * layer: test program   thread: one   I/O: UDP sockets
 *
 * bareloop ADDRESS PORT LISTENER:PORT...
 *
 * Listener n gets its copies from PORT + 2n. No gateway that sends by sockets of their
 * own (without privileges) can cost less than this on the same machine; what it costs
 * beside a peer is the floor of that ratio.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static struct sockaddr_in address(const char *ip, int port)
{
	struct sockaddr_in a = { .sin_family = AF_INET };

	a.sin_port = htons((unsigned short)port);
	if (!inet_aton(ip, &a.sin_addr)) {
		fprintf(stderr, "bareloop: %s is no address\n", ip);
		exit(2);
	}
	return a;
}

static int bound(struct sockaddr_in a)
{
	int size = 4 << 20, fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof(a)))
		die("bind");
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	return fd;
}

static int connected(const char *self, int own, char *to)
{
	char *port = strchr(to, ':');
	struct sockaddr_in a;
	int fd = bound(address(self, own));

	if (!port) {
		fprintf(stderr, "bareloop: %s names no port\n", to);
		exit(2);
	}
	*port = '\0';
	a = address(to, atoi(port + 1));
	if (connect(fd, (struct sockaddr *)&a, sizeof(a)))
		die("connect");
	return fd;
}

int main(int argc, char **argv)
{
	char buf[2048];
	int in, *out, port, n = argc - 3;

	if (n < 1) {
		fprintf(stderr, "bareloop ADDRESS PORT LISTENER:PORT...\n");
		return 2;
	}
	port = atoi(argv[2]);
	in = bound(address(argv[1], port));
	out = calloc((size_t)n, sizeof(*out));
	if (!out)
		die("calloc");
	for (int i = 0; i < n; i++)
		out[i] = connected(argv[1], port + 2 * (i + 1), argv[3 + i]);
	for (;;) {
		ssize_t len = recv(in, buf, sizeof(buf), 0);

		if (len < 0)
			die("recv");
		for (int i = 0; i < n; i++)
			if (send(out[i], buf, (size_t)len, 0) < 0)
				continue; /* an ICMP error of before */
	}
}
