# tests/netns
NETNS_TESTS = tests/netns/tools.sh tests/netns/peers.sh tests/netns/page.sh \
	tests/netns/relay.sh tests/netns/restart.sh tests/netns/many.sh
dist_noinst_SCRIPTS += tests/netns/run $(NETNS_TESTS)
EXTRA_DIST += tests/netns/lib.sh tests/netns/media.sh tests/netns/gw.sh

# Needs root: network namespaces, real peers, tshark. NET_TESTS="a.sh b.sh" runs only these.
check-net: all
	builddir=. $(srcdir)/tests/netns/run $(NET_TESTS)
.PHONY: check-net
