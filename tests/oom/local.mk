# tests/oom
dist_noinst_SCRIPTS += tests/oom/run

check-oom: $(UNIT_TESTS)
	$(srcdir)/tests/oom/run $(UNIT_TESTS)
.PHONY: check-oom
