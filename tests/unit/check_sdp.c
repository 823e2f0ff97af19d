/* tests/unit/check_sdp.c - session descriptions read and printed.
 *
 * layer: tests   thread: main   I/O: none
 * RFC 8866, 3435 3.4, 3525 7.1.8, 3605, 4570
 */
#include "wire/sdp.h"
#include "wire_rig.h"

static struct sdp *parsed(const char *text)
{
	struct parse_err err = { 0 };
	struct sdp *s = NULL;
	int rc = sdp_parse(arena, str_of(text), &s, &err);

	ck_assert_msg(!rc, "%s: %s at %zu (%s)", text, err.what, err.offset, err.clause);
	ck_assert_ptr_nonnull(s);
	return s;
}

static void refused(const char *text, int rc)
{
	struct parse_err err = { 0 };
	struct sdp *s = NULL;
	int got = sdp_parse(arena, str_of(text), &s, &err);

	ck_assert_msg(got == rc, "%d for %.200s", got, text);
	ck_assert_ptr_null(s);
	ck_assert_ptr_nonnull(err.what);
	ck_assert_ptr_nonnull(err.clause);
	ck_assert_uint_le(err.offset, strlen(text));
}

static void prints(const struct sdp *s, const char *want)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	sdp_print_all(&b, s);
	ck_assert(buf_ok(&b));
	ck_span(buf_view(&b), want);
	buf_fini(&b);
}

static const char full[] = "v=0\r\n"
			   "o=ann 77 3 IN IP4 192.0.2.9\r\n"
			   "s=morning hymn\r\n"
			   "i=about us\r\n"
			   "u=http://example.net/a\r\n"
			   "e=ann@example.net\r\n"
			   "e=bob@example.net\r\n"
			   "p=+1 555 0100\r\n"
			   "c=IN IP4 239.7.7.7/16/3\r\n"
			   "b=CT:128\r\n"
			   "b=X-mine:9\r\n"
			   "t=3034423619 3042462419\r\n"
			   "r=7d 1h 0 25h\r\n"
			   "t=0 0\r\n"
			   "z=2882844526 -1h\r\n"
			   "k=clear:abc\r\n"
			   "a=tool:quill 1.0\r\n"
			   "a=recvonly\r\n"
			   "m=audio 4000/2 RTP/AVP 0 96 101\r\n"
			   "i=left\r\n"
			   "c=IN IP4 239.7.7.8/20\r\n"
			   "c=IN IP4 239.7.7.9/20\r\n"
			   "b=AS:64\r\n"
			   "k=prompt\r\n"
			   "a=rtpmap:96 opus/48000/2\r\n"
			   "a=fmtp:96 useinbandfec=1; stereo=1\r\n"
			   "a=rtpmap:101 telephone-event/8000\r\n"
			   "a=fmtp:101 0-15\r\n"
			   "a=ptime:20\r\n"
			   "a=maxptime:60.5\r\n"
			   "m=video 0 RTP/SAVPF 31\r\n"
			   "a=inactive\r\n";

START_TEST(everything_parsed_is_printed)
{
	struct sdp *s = parsed(full);

	prints(s, full);
	ck_span(s->origin.user, "ann");
	ck_span(s->origin.id, "77");
	ck_span(s->origin.version, "3");
	ck_span(s->origin.addr, "192.0.2.9");
	ck_span(s->name, "morning hymn");
	ck_span(s->emails->next->v, "bob@example.net");
	ck_span(s->times->repeats->v, "7d 1h 0 25h");
	ck_assert_ptr_null(s->times->next->repeats);
	ck_assert_int_eq(s->conn->ttl, 16);
	ck_assert_uint_eq(s->conn->count, 3);
	ck_assert(addr_is_multicast(&s->conn->addr));
	ck_assert_uint_eq(s->bw->value, 128);
	ck_assert_uint_eq(s->nmedia, 2);
}
END_TEST

START_TEST(formats_are_resolved)
{
	struct sdp_media *m = parsed(full)->media;
	struct sdp_fmt *f = m->fmts;

	ck_assert_uint_eq(m->nfmts, 3);
	ck_assert_int_eq(f->pt, 0);
	ck_span(f->encoding, "PCMU");
	ck_assert_uint_eq(f->clock, 8000);
	ck_assert(!f->mapped);
	f = f->next;
	ck_assert_int_eq(f->pt, 96);
	ck_span(f->encoding, "opus");
	ck_assert_uint_eq(f->clock, 48000);
	ck_assert_uint_eq(f->channels, 2);
	ck_span(f->fmtp, "useinbandfec=1; stereo=1");
	ck_assert_ptr_eq(sdp_fmt_named(m, STR_LIT("Telephone-Event"), 8000), f->next);
	ck_assert_ptr_eq(sdp_fmt_pt(m, 101), f->next);
	ck_assert_ptr_null(sdp_fmt_pt(m, 8));
	ck_assert_ptr_null(sdp_fmt_pt(m, -1));
	ck_assert_ptr_null(sdp_fmt_named(m, STR_LIT("opus"), 8000));
}
END_TEST

START_TEST(media_fields_are_derived)
{
	struct sdp *s = parsed(full);
	struct sdp_media *m = s->media;

	ck_assert_uint_eq(m->port, 4000);
	ck_assert_uint_eq(m->nports, 2);
	ck_assert(m->rtp);
	ck_assert_int_eq(m->dir, SDP_RECVONLY); /* the session's */
	ck_assert(!m->dir_given);
	ck_assert_uint_eq(m->ptime, 20);
	ck_assert_uint_eq(m->maxptime, 60);
	ck_span(sdp_conn_of(s, m)->host, "239.7.7.8");
	ck_span(sdp_conn_of(s, m)->next->host, "239.7.7.9");
	m = m->next;
	ck_assert_int_eq(m->dir, SDP_INACTIVE);
	ck_assert(m->dir_given);
	ck_span(m->proto, "RTP/SAVPF");
	ck_span(sdp_conn_of(s, m)->host, "239.7.7.7");
	ck_span(m->fmts->encoding, "H261");
	ck_span(sdp_attr_get(s->attrs, "tool")->value, "quill 1.0");
	ck_assert_ptr_null(sdp_attr_get(s->attrs, "charset"));
}
END_TEST

START_TEST(the_least_description)
{
	struct sdp *s = parsed("v=0");

	ck_assert_ptr_null(s->media);
	ck_assert_ptr_null(sdp_conn_of(s, NULL));
	prints(s, "v=0\r\n");
	s = parsed("c=IN IP4 192.0.2.1\nm=audio 5 RTP/AVP 4\n"); /* H.248: no v= */
	ck_assert_ptr_null(s->version.p);
	prints(s, "c=IN IP4 192.0.2.1\r\nm=audio 5 RTP/AVP 4\r\n");
}
END_TEST

START_TEST(choose_may_stand_in_any_field)
{
	static const char text[] =
		"v=$\r\no=$ $ $ IN $ $\r\nc=IN IP4 $\r\nb=AS:$\r\nt=$ $\r\n"
		"m=audio $ RTP/AVP $ 4\r\na=ptime:$\r\na=rtpmap:$ $/$\r\n"
		"a=source-filter:incl IN IP4 $ $\r\na=rtcp:$\r\n"
		"m=$ $ $ $\r\nc=$ $ $\r\n";
	struct sdp *s = parsed(text);

	prints(s, text);
	ck_assert(s->conn->any);
	ck_assert_uint_eq(s->conn->addr.family, 0);
	ck_assert_int_eq(s->media->port_kind, SDP_PORT_ANY);
	ck_assert_int_eq(s->media->fmts->pt, -1);
	ck_assert_int_eq(s->media->fmts->next->pt, 4);
	ck_assert_uint_eq(s->media->ptime, 0);
	ck_assert(s->media->next->conn->any);
	prints(parsed("v=0\nc=$\nt=$\no=$\nm=$\nb=$:$\n"),
	       "v=0\r\no=$\r\nc=$\r\nt=$\r\nm=$\r\nb=$:$\r\n");
	s = parsed("v=0\nc=IN IP4 239.1.1.1/$/2\n");
	ck_assert_int_eq(s->conn->ttl, SDP_TTL_ANY);
	prints(s, "v=0\r\nc=IN IP4 239.1.1.1/$/2\r\n");
}
END_TEST

START_TEST(several_descriptions_part_at_v)
{
	static const char text[] =
		"v=0\r\nc=IN IP4 $\r\nm=audio $ RTP/AVP 4\r\na=ptime:30\r\n"
		"v=0\r\nc=IN IP4 $\r\nm=audio $ RTP/AVP 0\r\n";
	struct sdp *s = parsed(text);

	ck_assert_uint_eq(s->media->ptime, 30);
	ck_assert_ptr_nonnull(s->next);
	ck_assert_uint_eq(s->next->media->ptime, 0);
	ck_assert_int_eq(s->next->media->fmts->pt, 0);
	ck_assert_ptr_null(s->next->next);
	prints(s, text);
}
END_TEST

START_TEST(line_ends_and_blanks_are_tolerated)
{
	struct sdp *s =
		parsed("\r\n  v=0\r\n\to=-  7 8 IN  IP4 192.0.2.1 \ns=-\rt= 0 0 \r\r\n"
		       "c= IN IP4 192.0.2.1\nm=audio  1111 RTP/AVP  4 \n\n"
		       "a=ptime:30 \na=a=ptime:30\na=fmtp:PCMU VAD=x");

	ck_span(s->name, "-");
	ck_span(s->origin.addr, "192.0.2.1");
	ck_span(s->times->start, "0");
	ck_assert_uint_eq(s->media->port, 1111);
	ck_assert_uint_eq(s->media->ptime, 30);
	ck_span(s->media->attrs->next->name, "a=ptime");
	prints(s,
	       "v=0\r\no=- 7 8 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
	       "m=audio 1111 RTP/AVP 4\r\na=ptime:30 \r\na=a=ptime:30\r\n"
	       "a=fmtp:PCMU VAD=x\r\n");
}
END_TEST

START_TEST(local_and_foreign_networks)
{
	static const char text[] = "v=0\r\no=- A7 0 LOCAL EPN X35V3+A4/13\r\ns=-\r\n"
				   "c=LOCAL EPN X35V3+A4/13\r\nt=0 0\r\n"
				   "a=MGCPlocalcx:FDE234C8\r\nm=audio 0 LOCAL 0\r\n";
	struct sdp *s = parsed(text);

	prints(s, text);
	ck_span(s->conn->nettype, "LOCAL");
	ck_span(s->conn->host, "X35V3+A4/13");
	ck_assert(!s->media->rtp);
	ck_assert_int_eq(s->media->fmts->pt, -1);
	ck_span(sdp_attr_get(s->attrs, "mgcplocalcx")->value, "FDE234C8");
	prints(parsed("v=0\r\nc=TN RFC2543 -\r\nm=audio - TDM -\r\n"),
	       "v=0\r\nc=TN RFC2543 -\r\nm=audio - TDM -\r\n");
	prints(parsed("v=0\r\nc=ATM NSAP 39.0102.03\r\nm=audio VCCI-3/CID-4 AAL1/ATMF "
		      "-\r\n"),
	       "v=0\r\nc=ATM NSAP 39.0102.03\r\nm=audio VCCI-3/CID-4 AAL1/ATMF -\r\n");
}
END_TEST

START_TEST(addresses)
{
	struct sdp_conn *c = parsed("v=0\nc=IN IP6 ff15::101/3\n")->conn;

	ck_assert_uint_eq(c->addr.family, 6);
	ck_assert_uint_eq(c->count, 3);
	ck_assert_int_eq(c->ttl, SDP_TTL_NONE);
	c = parsed("v=0\nc=IN IP4 gw.example.net\n")->conn;
	ck_assert_uint_eq(c->addr.family, 0);
	ck_span(c->host, "gw.example.net");
	c = parsed("v=0\nc=in ip4 224.2.17.12/127\n")->conn;
	ck_assert_int_eq(c->ttl, 127);
	refused("v=0\nc=IN IP4 2001:db8::1\n", -H_ESYNTAX);
	refused("v=0\nc=IN IP6 192.0.2.1\n", -H_ESYNTAX);
	refused("v=0\nc=IN IP6 fe80::1%lo\n", -H_ESYNTAX);
	refused("v=0\nc=IN IP6 [::1]\n", -H_ESYNTAX);
	refused("v=0\nc=IN IP4 300.1.1.1\n", -H_ESYNTAX);
	refused("v=0\nc=IN IP4 1.2.3.4 5\n", -H_ESYNTAX);
	refused("v=0\nc=IN IP4\n", -H_ESYNTAX);
	refused("v=0\nc=\n", -H_ESYNTAX);
	refused("v=0\nc=IN IP4 239.1.1.1/256\n", -H_ESYNTAX);
	refused("v=0\nc=IN IP4 239.1.1.1/x\n", -H_ESYNTAX);
	refused("v=0\nc=IN IP4 239.1.1.1/1/0\n", -H_ESYNTAX);
	refused("v=0\nc=IN IP4 239.1.1.1/1/2/3\n", -H_ESYNTAX);
	refused("v=0\nc=IN IP6 ff15::1/1/2\n", -H_ESYNTAX);
	refused("v=0\nc=IN IP4 239.1.1.1/1/65536\n", -H_ESYNTAX);
}
END_TEST

START_TEST(rtcp_attributes)
{
	struct sdp_media *m =
		parsed("v=0\nm=audio 10 RTP/AVP 0\na=rtcp:53020\na=rtcp-mux\n"
		       "m=audio 10 RTP/AVP 0\na=rtcp:7 IN IP6 2001:db8::1\n"
		       "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:abc\n")
			->media;

	ck_assert_uint_eq(m->rtcp_port, 53020);
	ck_assert_ptr_null(m->rtcp_conn);
	ck_assert(m->rtcp_mux);
	ck_assert(!m->crypto);
	m = m->next;
	ck_assert_uint_eq(m->rtcp_port, 7);
	ck_span(m->rtcp_conn->host, "2001:db8::1");
	ck_assert_uint_eq(m->rtcp_conn->addr.family, 6);
	ck_assert(m->crypto);
	ck_assert(!m->rtcp_mux);
	refused("v=0\nm=audio 10 RTP/AVP 0\na=rtcp:0\n", -H_ESYNTAX);
	refused("v=0\nm=audio 10 RTP/AVP 0\na=rtcp:65536\n", -H_ESYNTAX);
	refused("v=0\nm=audio 10 RTP/AVP 0\na=rtcp:5 IN IP4\n", -H_ESYNTAX);
	refused("v=0\nm=audio 10 RTP/AVP 0\na=rtcp\n", -H_ESYNTAX);
}
END_TEST

START_TEST(source_filters)
{
	struct sdp *s =
		parsed("v=0\nc=IN IP4 232.3.4.5/127\n"
		       "a=source-filter: incl IN IP4 232.3.4.5 192.0.2.10 192.0.2.11\n"
		       "m=audio 10 RTP/AVP 0\n"
		       "m=audio 10 RTP/AVP 0\na=source-filter:excl IN IP6 * 2001:db8::5\n"
		       "a=source-filter:incl IN * dst.example.net src.example.net\n");
	struct sdp_filter *f = s->media->filters;

	ck_assert_ptr_eq(f, s->filters);
	ck_assert(!f->excl);
	ck_span(f->dest, "232.3.4.5");
	ck_assert_uint_eq(f->group.family, 4);
	ck_assert_uint_eq(f->nsrc, 2);
	ck_span(f->src[1], "192.0.2.11");
	ck_assert_uint_eq(f->addrs[1].ip[3], 11);
	f = s->media->next->filters;
	ck_assert(f->excl);
	ck_span(f->dest, "*");
	ck_assert_uint_eq(f->group.family, 0);
	ck_assert_uint_eq(f->addrs[0].family, 6);
	f = f->next;
	ck_span(f->src[0], "src.example.net");
	ck_assert_uint_eq(f->addrs[0].family, 0);
	ck_assert_ptr_null(f->next);
}
END_TEST

START_TEST(broken_source_filters)
{
	static const char *const bad[] = {
		"",
		" incl",
		" incl IN IP4 232.1.1.1",
		" maybe IN IP4 232.1.1.1 192.0.2.1",
		" incl ATM IP4 232.1.1.1 192.0.2.1",
		" incl IN IP5 232.1.1.1 192.0.2.1",
		" incl IN IP4 232.1.1.1 2001:db8::1",
		" incl IN IP4 a:b 192.0.2.1",
		" incl IN IP4 232.1.1.1 192.0.2.1 (",
		" incl IN * * 192.0.2.1",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char text[120];

		snprintf(text, sizeof(text), "v=0\na=source-filter:%s\n", bad[i]);
		refused(text, -H_ESYNTAX);
	}
}
END_TEST

START_TEST(refusals)
{
	static const char *const bad[] = {
		"",
		"\r\n",
		"hello",
		"=",
		"v",
		"v=",
		"v=1\n",
		"v=0\nv\n",
		"v=0\nx=1\n",
		"v=0\nq=\n",
		"v=0\nV=0\n",
		"v=0\no=- 1 2 IN IP4\n",
		"v=0\no=- 1 2 IN IP4 h extra\n",
		"v=0\no=a b c d e f\no=a b c d e f\n",
		"v=0\ns=-\ns=-\n",
		"v=0\nt=0\n",
		"v=0\nt=0 x\n",
		"v=0\nt=0 0 0\n",
		"v=0\nt=99999999999999999999 0\n",
		"v=0\nr=1 2 3\n",
		"v=0\nb=AS\n",
		"v=0\nb=AS:\n",
		"v=0\nb=:5\n",
		"v=0\nb=AS:-1\n",
		"v=0\nb=AS:1e3\n",
		"v=0\nb=AS:99999999999999999999\n",
		"v=0\na=\n",
		"v=0\na=:x\n",
		"v=0\nc=IN IP4 1.2.3.4\nc=IN IP4 1.2.3.4\n",
		"v=0\nm=audio\n",
		"v=0\nm=audio 1\n",
		"v=0\nm=audio 1 RTP/AVP\n",
		"v=0\nm=audio 65536 RTP/AVP 0\n",
		"v=0\nm=audio -1 RTP/AVP 0\n",
		"v=0\nm=audio 99999 udp x\n",
		"v=0\nm=audio 1/0 RTP/AVP 0\n",
		"v=0\nm=audio 1/x RTP/AVP 0\n",
		"v=0\nm=audio 1/ RTP/AVP 0\n",
		"v=0\nm=audio 1/40000 RTP/AVP 0\n",
		"v=0\nm=audio 1 RTP/AVP 128\n",
		"v=0\nm=audio 1 RTP/AVP 0x\n",
		"v=0\nm=audio 1 RTP/AVP 0\nt=0 0\n",
		"v=0\nm=audio 1 RTP/AVP 0\ns=-\n",
		"v=0\nm=audio 1 RTP/AVP 0\ni=a\ni=b\n",
		"v=0\nm=audio 1 RTP/AVP 0\nk=a\nk=b\n",
		"v=0\nm=audio 1 RTP/AVP 96\na=rtpmap:96\n",
		"v=0\nm=audio 1 RTP/AVP 96\na=rtpmap:96 opus\n",
		"v=0\nm=audio 1 RTP/AVP 96\na=rtpmap:96 /8000\n",
		"v=0\nm=audio 1 RTP/AVP 96\na=rtpmap:96 opus/0\n",
		"v=0\nm=audio 1 RTP/AVP 96\na=rtpmap:96 opus/4294967296\n",
		"v=0\nm=audio 1 RTP/AVP 96\na=rtpmap:128 opus/8000\n",
		"v=0\nm=audio 1 RTP/AVP 96\na=rtpmap:96 opus/8000/0\n",
		"v=0\nm=audio 1 RTP/AVP 96\na=rtpmap:96 opus/8000/999\n",
		"v=0\nm=audio 1 RTP/AVP 0\na=ptime:x\n",
		"v=0\nm=audio 1 RTP/AVP 0\na=ptime:-1\n",
		"v=0\nm=audio 1 RTP/AVP 0\na=ptime:20.x\n",
		"v=0\nm=audio 1 RTP/AVP 0\na=maxptime:99999999999\n",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		refused(bad[i], -H_ESYNTAX);
}
END_TEST

START_TEST(nul_is_refused_where_it_stands)
{
	static const char text[] = "v=0\r\ns=a\0b\r\n";
	struct parse_err err;
	struct sdp *s;

	ck_assert_int_eq(
		sdp_parse(arena, (struct span){ text, sizeof(text) - 1 }, &s, &err),
		-H_ESYNTAX);
	ck_assert_uint_eq(err.offset, 8);
}
END_TEST

START_TEST(errors_say_where)
{
	static const char text[] = "v=0\r\ns=-\r\nm=audio 70000 RTP/AVP 0\r\n";
	struct parse_err err;
	struct sdp *s = NULL;

	ck_assert_int_eq(sdp_parse(arena, str_of(text), &s, &err), -H_ESYNTAX);
	ck_assert_uint_eq(err.offset, (size_t)(strstr(text, "70000") - text));
	ck_assert_str_eq(err.clause, "RFC 8866 5.14");
	ck_assert_int_eq(sdp_parse(arena, str_of(text), &s, NULL), -H_ESYNTAX);
}
END_TEST

/* `head`, then `line` so many times. */
static char *many(const char *head, const char *line, size_t lines)
{
	size_t h = strlen(head), n = strlen(line);
	char *text = mem_alloc(h + n * lines + 1);

	ck_assert_ptr_nonnull(text);
	memcpy(text, head, h);
	for (size_t i = 0; i < lines; i++)
		memcpy(text + h + i * n, line, n);
	text[h + n * lines] = '\0';
	return text;
}

START_TEST(limits_hold)
{
	static const struct {
		const char *head, *line;
		size_t most;
	} rows[] = {
		{ "v=0\n", "a=x\n", SDP_LINES_MAX - 1 },
		{ "v=0\n", "m=audio 1 RTP/AVP 0\n", SDP_MEDIA_MAX },
		{ "", "v=0\n", SDP_DESCS_MAX },
		{ "v=0\nm=audio 1 RTP/AVP", " 0", SDP_FMTS_MAX },
		{ "v=0\ns=", "x", SDP_LINE_MAX - 2 },
		{ "v=0\na=source-filter:incl IN IP4 * ", "10.0.0.1 ", SDP_SOURCES_MAX },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *text = many(rows[i].head, rows[i].line, rows[i].most);

		parsed(text);
		arena_reset(arena);
		mem_free(text);
		text = many(rows[i].head, rows[i].line, rows[i].most + 1);
		refused(text, -H_ELIMIT);
		arena_reset(arena);
		mem_free(text);
	}
}
END_TEST

START_TEST(big_bombs_are_refused)
{
	char *text = many("v=0\n", "a=x\n", 17000);

	refused(text, -H_ELIMIT);
	mem_free(text);
	text = many("v=0\n", "\r", 65000); /* empty lines only: linear */
	parsed(text);
	mem_free(text);
}
END_TEST

START_TEST(a_full_arena_is_an_error_of_its_own)
{
	for (size_t most = 0; most < 6000; most += 16) {
		struct arena *small = arena_new(most);
		struct sdp *s = NULL;
		int rc;

		ck_assert_ptr_nonnull(small);
		rc = sdp_parse(small, str_of(full), &s, NULL);
		ck_assert_int_eq(rc, rc ? -H_ENOMEM : 0);
		ck_assert_int_eq(!rc, s != NULL);
		arena_free(small);
	}
}
END_TEST

START_TEST(every_truncation_is_safe)
{
	for (size_t n = 0; n < strlen(full); n++) {
		char *copy = exact(full, n);
		struct sdp *s = NULL;
		struct buf b;

		buf_init(&b, 1 << 16);
		if (!sdp_parse(arena, (struct span){ copy, n }, &s, NULL))
			sdp_print_all(&b, s);
		buf_fini(&b);
		arena_reset(arena);
		mem_free(copy);
	}
}
END_TEST

static Suite *sdp_suite(void)
{
	Suite *s = suite_create("sdp");
	TCase *tc = tcase_create("parse");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, everything_parsed_is_printed);
	tcase_add_test(tc, formats_are_resolved);
	tcase_add_test(tc, media_fields_are_derived);
	tcase_add_test(tc, the_least_description);
	tcase_add_test(tc, choose_may_stand_in_any_field);
	tcase_add_test(tc, several_descriptions_part_at_v);
	tcase_add_test(tc, line_ends_and_blanks_are_tolerated);
	tcase_add_test(tc, local_and_foreign_networks);
	tcase_add_test(tc, addresses);
	tcase_add_test(tc, rtcp_attributes);
	tcase_add_test(tc, source_filters);
	tcase_add_test(tc, broken_source_filters);
	tcase_add_test(tc, refusals);
	tcase_add_test(tc, nul_is_refused_where_it_stands);
	tcase_add_test(tc, errors_say_where);
	tcase_add_test(tc, limits_hold);
	tcase_add_test(tc, big_bombs_are_refused);
	tcase_add_test(tc, a_full_arena_is_an_error_of_its_own);
	tcase_add_test(tc, every_truncation_is_safe);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(sdp_suite)
