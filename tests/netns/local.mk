# tests/netns
NETNS_TESTS = tests/netns/tools.sh tests/netns/peers.sh tests/netns/page.sh \
	tests/netns/relay.sh tests/netns/restart.sh tests/netns/many.sh \
	tests/netns/t-group-join.sh tests/netns/t-ring-group.sh \
	tests/netns/t-ring-life.sh tests/netns/t-ring-path.sh tests/netns/t-ring-workers.sh \
	tests/netns/t-ring-xdp.sh \
	tests/netns/t-ctl.sh tests/netns/t-daemon-service.sh \
	tests/netns/t-hostile.sh tests/netns/t-v6.sh tests/netns/t-groups.sh \
	tests/netns/t-operator.sh tests/netns/t-load.sh tests/netns/t-rtcp.sh tests/netns/t-meet.sh
NETNS_TESTS += tests/netns/t-sctp.sh tests/netns/t-sctp-paths.sh \
	tests/netns/t-sctp-restart.sh tests/netns/t-sctp-flood.sh tests/netns/t-sctp-page.sh
NETNS_TESTS += tests/netns/t-h248.sh
dist_noinst_SCRIPTS += tests/netns/run $(NETNS_TESTS)
EXTRA_DIST += tests/netns/ringlib tests/netns/poke.py tests/netns/lib.sh tests/netns/media.sh \
	tests/netns/gw.sh tests/netns/sctp.sh tests/netns/hostile.py

# Needs root: network namespaces, real peers, tshark. NET_TESTS="a.sh b.sh" runs only these.
check-net: all
	builddir=. $(srcdir)/tests/netns/run $(NET_TESTS)
.PHONY: check-net

# Ring mode and memberships without a call agent.
noinst_PROGRAMS += tests/netns/ringbox
tests_netns_ringbox_SOURCES = tests/netns/ringbox.c
tests_netns_ringbox_LDADD = libgroup.la libmedia.la $(L2) $(NFTNL_LIBS)
