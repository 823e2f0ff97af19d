# packet I/O by AF_PACKET rings, and what it stands on
libmedia_la_SOURCES += src/media/frame.c src/media/frame.h \
	src/media/nftdrop.h src/media/portcheck.c src/media/portcheck.h \
	src/media/ringio.h src/media/ringctl.h src/media/ringbpf.h src/media/ringtap.h \
	src/media/ringout.h src/media/ringrx.h src/media/ringsock.h \
	src/media/ringtx.h src/media/ringxsk.h \
	src/media/route.h src/media/route_int.h src/media/route_nl.h
if HAVE_NFTNL
libmedia_la_SOURCES += src/media/nftdrop.c src/media/route.c src/media/route_hop.c \
	src/media/route_kernel.c \
	src/media/route_news.c src/media/route_parse.c \
	src/media/ringio.c src/media/ringbpf.c src/media/ringctl.c src/media/ringdev.c \
	src/media/ringout.c src/media/ringrx.c src/media/ringsock.c \
	src/media/ringtap.c src/media/ringtx.c \
	src/media/ringxsk.c
else
libmedia_la_SOURCES += src/media/ringoff.c
endif
libmedia_la_LIBADD = $(NFTNL_LIBS)
