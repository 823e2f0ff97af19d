noinst_LTLIBRARIES += libctl.la libctlcmd.la
# The table alone, for hollerctl.
libctlcmd_la_SOURCES = \
	src/ctl/commands.c src/ctl/commands.def src/ctl/commands.h \
	src/ctl/jout.c src/ctl/jout.h

libctl_la_SOURCES = \
	src/ctl/ctl.h src/ctl/metrics.def \
	src/ctl/do_agents.c src/ctl/do_assoc.c src/ctl/do_list.c \
	src/ctl/do_ops.c src/ctl/do_rooms.c \
	src/ctl/do_stats.c src/ctl/do_terms.c \
	src/ctl/do_tls.c \
	src/ctl/do_zone.c \
	src/ctl/req.c src/ctl/req.h \
	src/ctl/server.c \
	src/ctl/walk.c src/ctl/walk.h \
	src/ctl/zone.c src/ctl/zone.h src/ctl/zoneroom.c src/ctl/zoneroom.h
libctl_la_LIBADD = $(EVENT_LIBS) $(JSONC_LIBS)
