# unit tests of src/media
MEDIA_LIBS = $(TEST_LIBS) libmedia.la libmodel.la $(L1) $(NFTNL_LIBS)
MEDIA_LIVE = tests/unit/media_live.c tests/unit/media_live.h
MEDIA_RIG = tests/unit/media_rig.c tests/unit/media_rig.h

UNIT_TESTS += check_relay
check_relay_SOURCES = tests/unit/check_relay.c $(MEDIA_RIG)
check_relay_LDADD = $(MEDIA_LIBS)

UNIT_TESTS += check_sock
check_sock_SOURCES = tests/unit/check_sock.c $(MEDIA_LIVE)
check_sock_LDADD = $(MEDIA_LIBS)

UNIT_TESTS += check_source
check_source_SOURCES = tests/unit/check_source.c $(MEDIA_RIG)
check_source_LDADD = $(MEDIA_LIBS)

UNIT_TESTS += check_floor
check_floor_SOURCES = tests/unit/check_floor.c $(MEDIA_RIG)
check_floor_LDADD = $(MEDIA_LIBS)

UNIT_TESTS += check_xpass
check_xpass_SOURCES = tests/unit/check_xpass.c $(MEDIA_RIG)
check_xpass_LDADD = $(MEDIA_LIBS)

UNIT_TESTS += check_xlate
check_xlate_SOURCES = tests/unit/check_xlate.c $(MEDIA_RIG)
check_xlate_LDADD = $(MEDIA_LIBS)

UNIT_TESTS += check_gate
check_gate_SOURCES = tests/unit/check_gate.c $(MEDIA_RIG)
check_gate_LDADD = $(MEDIA_LIBS)

UNIT_TESTS += check_report
check_report_SOURCES = tests/unit/check_report.c $(MEDIA_RIG)
check_report_LDADD = $(MEDIA_LIBS)

UNIT_TESTS += check_ports
check_ports_SOURCES = tests/unit/check_ports.c $(MEDIA_RIG)
check_ports_LDADD = $(MEDIA_LIBS)

UNIT_TESTS += check_wheel
check_wheel_SOURCES = tests/unit/check_wheel.c
check_wheel_LDADD = $(MEDIA_LIBS)

UNIT_TESTS += check_work
check_work_SOURCES = tests/unit/check_work.c $(MEDIA_LIVE)
check_work_LDADD = $(MEDIA_LIBS)

UNIT_TESTS += check_mcast
check_mcast_SOURCES = tests/unit/check_mcast.c $(MEDIA_LIVE)
check_mcast_LDADD = $(MEDIA_LIBS)
