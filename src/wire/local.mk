noinst_LTLIBRARIES += libwire.la
libwire_la_SOURCES = src/wire/about.c \
	src/wire/parse.h \
	src/wire/mgcp.h src/wire/mgcp_tree.h \
	src/wire/sdp.h \
	src/wire/rtp.h src/wire/rtcp.h
