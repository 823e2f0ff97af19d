# unit tests of src/model
check_LTLIBRARIES += libfake.la libmodeltest.la
libfake_la_SOURCES = tests/unit/fake_media.c tests/unit/fake_media.h
libmodeltest_la_SOURCES = tests/unit/model_test.c tests/unit/model_test.h

# Media that only remembers: for engines too.
FAKE_MEDIA = libfake.la
MODEL_TEST = libmodeltest.la $(FAKE_MEDIA) $(TEST_LIBS) $(L2)

UNIT_TESTS += \
	check_appendixd \
	check_bridge \
	check_figures \
	check_format \
	check_group \
	check_guest \
	check_idle \
	check_link \
	check_offer \
	check_stage \
	check_wild \
	check_zone \
	check_zone_change

check_appendixd_SOURCES = tests/unit/check_appendixd.c
check_appendixd_LDADD = $(MODEL_TEST)
check_bridge_SOURCES = tests/unit/check_bridge.c
check_bridge_LDADD = $(MODEL_TEST)
check_figures_SOURCES = tests/unit/check_figures.c
check_figures_LDADD = $(MODEL_TEST)
check_format_SOURCES = tests/unit/check_format.c
check_format_LDADD = $(MODEL_TEST)
check_group_SOURCES = tests/unit/check_group.c
check_group_LDADD = $(MODEL_TEST)
check_guest_SOURCES = tests/unit/check_guest.c
check_guest_LDADD = $(MODEL_TEST)
check_idle_SOURCES = tests/unit/check_idle.c
check_idle_LDADD = $(MODEL_TEST)
check_link_SOURCES = tests/unit/check_link.c
check_link_LDADD = $(MODEL_TEST)
check_offer_SOURCES = tests/unit/check_offer.c
check_offer_LDADD = $(MODEL_TEST)
check_stage_SOURCES = tests/unit/check_stage.c
check_stage_LDADD = $(MODEL_TEST)
check_wild_SOURCES = tests/unit/check_wild.c
check_wild_LDADD = $(MODEL_TEST)
check_zone_SOURCES = tests/unit/check_zone.c
check_zone_LDADD = $(MODEL_TEST)
check_zone_change_SOURCES = tests/unit/check_zone_change.c
check_zone_change_LDADD = $(MODEL_TEST)
