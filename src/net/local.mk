noinst_LTLIBRARIES += libnet.la
libnet_la_SOURCES = \
	src/net/all.def \
	src/net/net.c src/net/net.h src/net/ops.h \
	src/net/sctp.c src/net/sctp.h src/net/sctp_in.h \
	src/net/sctp_stack.c src/net/sctp_stack.h src/net/sctp_opt.c \
	src/net/sctp_check.c src/net/sctp_know.c \
	src/net/sctp_assoc.c src/net/sctp_assoc.h src/net/sctp_io.c src/net/sctp_note.c \
	src/net/sctp_dial.c src/net/sctp_info.c src/net/sctp_port.c \
	src/net/sctp_conn.c src/net/sctp_conn.h src/net/sctp_upeer.c src/net/sctp_link.c \
	src/net/sctp_shield.c \
	src/net/sctp_native.c src/net/sctp_filter.c \
	src/net/sctp_bpf.c src/net/sctp_bpf.h \
	src/net/udp.c \
	src/net/tcp.c src/net/tconn.c src/net/tconn.h src/net/dial.c \
	src/net/tls.c src/net/tls.h src/net/tlsconn.h
libnet_la_LIBADD = $(EVENT_LIBS) $(USRSCTP_LIBS)
if HAVE_OPENSSL
libnet_la_SOURCES += src/net/tlscred.c src/net/tlscred.h src/net/tlsconn.c
libnet_la_LIBADD += $(OPENSSL_LIBS)
else
libnet_la_SOURCES += src/net/tlsnone.c
endif
