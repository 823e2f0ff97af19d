# unit tests of the H.248 codec
H248_RIG = tests/unit/h248_rig.c tests/unit/h248_rig.h
UNIT_TESTS += check_h248_tok
check_h248_tok_SOURCES = tests/unit/check_h248_tok.c
check_h248_tok_LDADD = $(TEST_LIBS) $(L1)

UNIT_TESTS += check_h248_text
check_h248_text_SOURCES = tests/unit/check_h248_text.c $(H248_RIG)
check_h248_text_LDADD = $(TEST_LIBS) $(L1)

# reads the messages below HOLLER_CORPUS; skipped where that is not set
UNIT_TESTS += check_h248_corpus
check_h248_corpus_SOURCES = tests/unit/check_h248_corpus.c
check_h248_corpus_LDADD = $(TEST_LIBS) $(L1)

UNIT_TESTS += check_h248_ber
check_h248_ber_SOURCES = tests/unit/check_h248_ber.c $(H248_RIG)
check_h248_ber_LDADD = $(TEST_LIBS) $(L1)

UNIT_TESTS += check_h248_appendix
check_h248_appendix_SOURCES = tests/unit/check_h248_appendix.c
check_h248_appendix_LDADD = $(TEST_LIBS) $(L1)

UNIT_TESTS += check_h248_pkg
check_h248_pkg_SOURCES = tests/unit/check_h248_pkg.c
check_h248_pkg_LDADD = $(TEST_LIBS) $(L1)

UNIT_TESTS += check_h248_print
check_h248_print_SOURCES = tests/unit/check_h248_print.c $(H248_RIG)
check_h248_print_LDADD = $(TEST_LIBS) $(L1)

dist_check_SCRIPTS += tests/unit/check_convert.py
TESTS += tests/unit/check_convert.py
EXTRA_DIST += tests/unit/clitest.py
