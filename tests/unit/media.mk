# unit tests of src/media
MEDIA_LIBS = $(TEST_LIBS) libmedia.la libmodel.la $(L1) $(NFTNL_LIBS)
MEDIA_RIG = tests/unit/media_rig.c tests/unit/media_rig.h

UNIT_TESTS += check_relay
check_relay_SOURCES = tests/unit/check_relay.c $(MEDIA_RIG)
check_relay_LDADD = $(MEDIA_LIBS)

UNIT_TESTS += check_sock
check_sock_SOURCES = tests/unit/check_sock.c
check_sock_LDADD = $(MEDIA_LIBS)

UNIT_TESTS += check_source
check_source_SOURCES = tests/unit/check_source.c $(MEDIA_RIG)
check_source_LDADD = $(MEDIA_LIBS)

UNIT_TESTS += check_floor
check_floor_SOURCES = tests/unit/check_floor.c $(MEDIA_RIG)
check_floor_LDADD = $(MEDIA_LIBS)
