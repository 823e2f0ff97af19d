# tests/lint
LINTS = tests/lint/layers.py tests/lint/format.py tests/lint/size.py tests/lint/symbols.py
dist_check_SCRIPTS += $(LINTS)
EXTRA_DIST += tests/lint/common.py tests/lint/mend.py tests/lint/size.allow
TESTS += tests/lint/layers.py tests/lint/symbols.py

check-lint: all
	@bad=0; for l in $(LINTS); do \
		srcdir=$(srcdir) builddir=. $(PYTHON3) $(srcdir)/$$l || bad=1; done; exit $$bad
check-format:
	@bad=0; for l in tests/lint/format.py tests/lint/size.py; do \
		srcdir=$(srcdir) $(PYTHON3) $(srcdir)/$$l || bad=1; done; exit $$bad
lint: check-lint
.PHONY: lint check-lint check-format
