/* tests/tools/mgcp.c - see mgcp.h.
 *
 * layer: tests   thread: main   I/O: UDP
 */
#include "mgcp.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

static struct span next_line(struct span *rest)
{
	struct span line = str_cut(rest, '\n');

	if (line.n && line.p[line.n - 1] == '\r')
		line.n--;
	return line;
}

static void sdp_read(struct msg *m)
{
	struct span rest = m->sdp, line, w;
	struct addr a;
	uint32_t port;

	while (rest.p) {
		line = next_line(&rest);
		if (str_istarts(line, "c=IN IP")) {
			w = (struct span){ line.p + 9, line.n - 9 };
			w = str_cut(&w, '/');
			if (!addr_parse_ip(&a, w)) {
				a.port = m->media.port;
				m->media = a;
			}
		} else if (str_istarts(line, "m=audio ") && !m->media.port) {
			w = (struct span){ line.p + 8, line.n - 8 };
			if (str_u32(str_cut(&w, ' '), 65535, &port))
				m->media.port = (uint16_t)port;
		}
	}
}

bool msg_read(struct msg *m, const char *p, size_t n)
{
	struct span rest = { p, n }, line = next_line(&rest), w;
	struct span first = str_cut(&line, ' '), second = str_cut(&line, ' ');
	uint32_t v;

	*m = (struct msg){ 0 };
	m->is_reply = str_u32(first, 999, &m->code);
	m->verb = first;
	if (!str_u32(second, 999999999, &v))
		return false;
	m->tid = v;
	if (m->is_reply)
		m->text = line;
	else
		m->endpoint = str_cut(&line, ' ');
	while (rest.p) {
		line = next_line(&rest);
		if (!line.n) {
			m->sdp = rest;
			break;
		}
		if (line.n == 1 && *line.p == '.')
			break;
		if (m->nparams == PARAMS_MOST)
			return false;
		w = line;
		m->params[m->nparams].name = str_trim(str_cut(&w, ':'));
		m->params[m->nparams++].value = str_trim(w);
	}
	sdp_read(m);
	return m->is_reply || m->endpoint.n;
}

struct span msg_param(const struct msg *m, const char *name)
{
	for (unsigned i = 0; i < m->nparams; i++)
		if (str_ieqz(m->params[i].name, name))
			return m->params[i].value;
	return (struct span){ NULL, 0 };
}

void msg_json(const struct msg *m, const char *more)
{
	char ip[ADDR_STRLEN];

	if (m->is_reply) {
		printf("{\"code\":%u,\"tid\":%u,\"text\":", m->code, m->tid);
		json_str(m->text.p, m->text.n);
	} else {
		printf("{\"verb\":");
		json_str(m->verb.p, m->verb.n);
		printf(",\"tid\":%u,\"endpoint\":", m->tid);
		json_str(m->endpoint.p, m->endpoint.n);
	}
	printf(",\"params\":{");
	for (unsigned i = 0; i < m->nparams; i++) {
		printf("%s", i ? "," : "");
		json_str(m->params[i].name.p, m->params[i].name.n);
		putchar(':');
		json_str(m->params[i].value.p, m->params[i].value.n);
	}
	printf("}");
	if (m->sdp.n) {
		printf(",\"ip\":\"%s\",\"port\":%u,\"sdp\":",
		       addr_print_ip(ip, &m->media), m->media.port);
		json_str(m->sdp.p, m->sdp.n);
	}
	printf("%s}\n", more);
	fflush(stdout);
}

size_t msg_piggyback(const char *p, size_t n)
{
	for (size_t i = 0; i + 2 < n; i++) {
		if (p[i] != '\n' || p[i + 1] != '.')
			continue;
		if (p[i + 2] == '\n')
			return i + 3;
		if (p[i + 2] == '\r' && i + 3 < n && p[i + 3] == '\n')
			return i + 4;
	}
	return 0;
}

void msg_answer(int fd, const struct addr *to, const struct msg *m, unsigned code)
{
	char out[64];
	int n = snprintf(out, sizeof(out), "%u %u OK\r\n", code, m->tid);

	udp_send(fd, to, out, (size_t)n);
}
