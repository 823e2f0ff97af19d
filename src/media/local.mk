noinst_LTLIBRARIES += libmedia.la
libmedia_la_SOURCES = \
	src/media/all.def \
	src/media/media.h \
	src/media/pktio.h \
	src/media/slot.h \
	src/media/wheel.c src/media/wheel.h \
	src/media/worker.h
include src/media/ring.mk
