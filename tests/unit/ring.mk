# unit tests of ring mode (src/media) and its helpers
RING_LIBS = $(TEST_LIBS) libmedia.la $(L2) $(NFTNL_LIBS)
UNIT_TESTS += check_frame

check_frame_SOURCES = tests/unit/check_frame.c
check_frame_LDADD = $(RING_LIBS)
