noinst_LTLIBRARIES += libwire.la
libwire_la_SOURCES = src/wire/about.c \
	src/wire/parse.h \
	src/wire/mgcp.h src/wire/mgcp_tree.h \
	src/wire/sdp.h \
	src/wire/rtp.h src/wire/rtcp.h
libwire_la_SOURCES += \
	src/wire/h248.h src/wire/h248_desc.h src/wire/h248_tree.h
