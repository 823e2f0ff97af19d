# All of hollerd but its main: tests link it.
noinst_LTLIBRARIES += libdaemon.la
libdaemon_la_CPPFLAGS = $(AM_CPPFLAGS) -DCONF_FILE='"$(sysconfdir)/holler/hollerd.conf"'
libdaemon_la_SOURCES = \
	src/daemon/check.c src/daemon/check.h \
	src/daemon/conf.c src/daemon/conf.h \
	src/daemon/daemon.c src/daemon/daemon.h \
	src/daemon/listen.c \
	src/daemon/schema.c src/daemon/schema.h \
	src/daemon/value.c src/daemon/value.h
libdaemon_la_LIBADD = libctl.la libstore.la libnet.la libmedia.la libgroup.la libmgcp.la \
	libmodel.la libwire.la libutil.la $(CONFUSE_LIBS) $(EVENT_LIBS)

sbin_PROGRAMS += src/daemon/hollerd
src_daemon_hollerd_CPPFLAGS = $(libdaemon_la_CPPFLAGS)
src_daemon_hollerd_SOURCES = src/daemon/main.c
src_daemon_hollerd_LDADD = libdaemon.la
