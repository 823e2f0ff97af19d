# unit tests of ring mode (src/media) and its helpers
RING_LIBS = $(TEST_LIBS) libmedia.la $(L2) $(NFTNL_LIBS)
UNIT_TESTS += check_frame check_portcheck

check_frame_SOURCES = tests/unit/check_frame.c
check_frame_LDADD = $(RING_LIBS)
check_portcheck_SOURCES = tests/unit/check_portcheck.c
check_portcheck_LDADD = $(RING_LIBS)

if HAVE_NFTNL
UNIT_TESTS += check_route check_route_nl check_ringbpf
check_route_SOURCES = tests/unit/check_route.c tests/unit/route_fake.c \
	tests/unit/route_fake.h
check_route_LDADD = $(RING_LIBS)
check_route_nl_SOURCES = tests/unit/check_route_nl.c
check_route_nl_LDADD = $(RING_LIBS)
check_ringbpf_SOURCES = tests/unit/check_ringbpf.c
check_ringbpf_LDADD = $(RING_LIBS)
endif
