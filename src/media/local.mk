noinst_LTLIBRARIES += libmedia.la
libmedia_la_SOURCES = \
	src/media/all.def \
	src/media/ctlin.c src/media/ctlin.h \
	src/media/dest.c src/media/dest.h \
	src/media/floor.c src/media/floor.h \
	src/media/gate.c src/media/gate.h \
	src/media/hold.c src/media/hold.h \
	src/media/info.c \
	src/media/join.c src/media/join.h \
	src/media/med.c src/media/med.h \
	src/media/media.h \
	src/media/medpool.c \
	src/media/notice.c src/media/notice.h \
	src/media/pace.c src/media/pace.h \
	src/media/pick.c src/media/pick.h \
	src/media/pktio.h \
	src/media/portpool.c src/media/portpool.h \
	src/media/ports.c \
	src/media/relay.c src/media/relay.h \
	src/media/report.c src/media/report.h \
	src/media/room.h \
	src/media/silence.c src/media/silence.h \
	src/media/slot.h \
	src/media/sock.c src/media/sock.h \
	src/media/sockopt.c \
	src/media/source.c src/media/source.h \
	src/media/spray.c src/media/spray.h \
	src/media/stat.h \
	src/media/swap.c src/media/swap.h \
	src/media/tellq.c src/media/tellq.h \
	src/media/track.h \
	src/media/wheel.c src/media/wheel.h \
	src/media/worker.c src/media/worker.h \
	src/media/xlate.c src/media/xlate.h \
	src/media/xpass.c src/media/xpass.h
include src/media/ring.mk
