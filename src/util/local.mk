noinst_LTLIBRARIES += libutil.la
libutil_la_SOURCES = \
	src/util/addr.c src/util/addr.h \
	src/util/arena.c src/util/arena.h \
	src/util/buf.c src/util/buf.h \
	src/util/err.c src/util/err.h \
	src/util/list.h \
	src/util/log.c src/util/log.h \
	src/util/map.c src/util/map.h \
	src/util/mem.c src/util/mem.h \
	src/util/ring.c src/util/ring.h \
	src/util/rnd.c src/util/rnd.h \
	src/util/rtt.c src/util/rtt.h \
	src/util/str.c src/util/str.h \
	src/util/tmr.c src/util/tmr.h
