# Peers of other makes: programs built on their libraries.
if HAVE_OSMO
check_PROGRAMS += tests/interop/osmo_agent
tests_interop_osmo_agent_SOURCES = tests/interop/osmo_agent.c
# the library's headers use GNU C
tests_interop_osmo_agent_CFLAGS = -std=gnu11 $(SAN_FLAGS) $(OSMO_CFLAGS)
tests_interop_osmo_agent_LDADD = $(OSMO_LIBS)
endif
dist_noinst_SCRIPTS += tests/interop/osmo.sh tests/interop/megaco.sh \
	tests/interop/megaco_mgc.escript tests/interop/tls.sh
