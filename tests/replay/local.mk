# tests/replay: scenarios played by the real engine on the real model; see README there.
check_PROGRAMS += tests/replay/replay
tests_replay_replay_SOURCES = tests/replay/main.c tests/replay/run.c \
	tests/replay/world.c tests/replay/world.h tests/replay/lines.c \
	tests/replay/match.c tests/replay/match.h tests/replay/media.c \
	tests/replay/media.h tests/replay/mgcp.c tests/replay/mgcp_so.c \
	tests/replay/h248.c tests/replay/h248_so.c
tests_replay_replay_LDADD = libh248.la $(L3_MGCP)
dist_check_SCRIPTS += tests/replay/run.sh
TESTS += tests/replay/run.sh
# Folders of scenarios; the rules keep make from building programs of these names.
EXTRA_DIST += tests/replay/README tests/replay/mgcp tests/replay/h248 tests/replay/both
tests/replay/mgcp tests/replay/h248 tests/replay/both: ;
