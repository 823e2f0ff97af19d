# files of doc/
dist_doc_DATA += doc/ARCHITECTURE doc/H248 doc/HACKING doc/SECURITY
dist_man_MANS += doc/hollerd.8 doc/hollerd.conf.5 doc/hollerctl.1
EXTRA_DIST += doc/hollerd.conf.5.in doc/hollerctl.1.in

# Made from the tables, kept in the tree, compared by tests/unit/generated.
GEN = src/daemon/gen$(EXEEXT)
generated: $(GEN)
	$(GEN) conf >$(srcdir)/conf/hollerd.conf
	$(GEN) bash >$(srcdir)/contrib/hollerctl.bash
	$(GEN) man <$(srcdir)/doc/hollerd.conf.5.in >$(srcdir)/doc/hollerd.conf.5
	$(GEN) man <$(srcdir)/doc/hollerctl.1.in >$(srcdir)/doc/hollerctl.1
.PHONY: generated
