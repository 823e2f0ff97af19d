# All of hollerd but its main: tests link it.
noinst_LTLIBRARIES += libdaemon.la
libdaemon_la_CPPFLAGS = $(AM_CPPFLAGS) -DCONF_FILE='"$(sysconfdir)/holler/hollerd.conf"'
libdaemon_la_SOURCES = \
	src/daemon/apply.c src/daemon/apply.h \
	src/daemon/apply_media.c \
	src/daemon/check.c src/daemon/check.h src/daemon/checkpool.c src/daemon/checktls.c \
	src/daemon/conf.c src/daemon/conf.h src/daemon/confwalk.c \
	src/daemon/daemon.c src/daemon/daemon.h \
	src/daemon/env.c \
	src/daemon/groups.c src/daemon/groups.h \
	src/daemon/h248.c src/daemon/h248.h src/daemon/h248conf.c \
	src/daemon/item.c \
	src/daemon/listen.c \
	src/daemon/logto.c src/daemon/logto.h \
	src/daemon/loop.c \
	src/daemon/notify.c src/daemon/notify.h \
	src/daemon/priv.c src/daemon/priv.h \
	src/daemon/record.c src/daemon/record.h \
	src/daemon/reload.c \
	src/daemon/resolve.c src/daemon/resolve.h \
	src/daemon/scan.c src/daemon/scan.h \
	src/daemon/schema.c src/daemon/schema.h \
	src/daemon/schema_agent.c src/daemon/schema_row.h \
	src/daemon/checksctp.c \
	src/daemon/sctp.c src/daemon/sctp.h \
	src/daemon/settings.h \
	src/daemon/trace.c \
	src/daemon/trust.c src/daemon/trust.h \
	src/daemon/valprint.c src/daemon/value.c src/daemon/value.h
# What a program with a whole daemon in it links.
DAEMON_LIBS = libdaemon.la libctl.la libctlcmd.la libstore.la libnet.la libmedia.la \
	libgroup.la libmgcp.la libh248.la libmodel.la libwire.la libutil.la $(CONFUSE_LIBS) \
	$(EVENT_LIBS) $(SQLITE_LIBS) $(JSONC_LIBS) $(USRSCTP_LIBS) $(CAPNG_LIBS) $(NFTNL_LIBS) \
	$(OPENSSL_LIBS)

sbin_PROGRAMS += src/daemon/hollerd
src_daemon_hollerd_CPPFLAGS = $(libdaemon_la_CPPFLAGS)
src_daemon_hollerd_SOURCES = src/daemon/main.c
src_daemon_hollerd_LDADD = $(DAEMON_LIBS)

# Writes the sample, the manual pages and the completion: `make generated`.
noinst_PROGRAMS += src/daemon/gen
src_daemon_gen_SOURCES = src/daemon/gen.c
src_daemon_gen_LDADD = $(DAEMON_LIBS)
