sbin_PROGRAMS += src/daemon/hollerd
src_daemon_hollerd_SOURCES = src/daemon/main.c
src_daemon_hollerd_LDADD = libutil.la
