noinst_LTLIBRARIES += libnet.la
libnet_la_SOURCES = \
	src/net/all.def \
	src/net/net.c src/net/net.h src/net/ops.h \
	src/net/sctp.h \
	src/net/udp.c \
	src/net/tcp.c src/net/tconn.c src/net/tconn.h src/net/dial.c
libnet_la_LIBADD = $(EVENT_LIBS)
