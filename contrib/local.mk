# files of contrib/
dist_noinst_SCRIPTS += contrib/check contrib/quickstart contrib/check-clone
EXTRA_DIST += contrib/lib.sh contrib/quick-mgcp.sh contrib/quick-h248.sh contrib/quick-sctp.sh \
	contrib/packages.build contrib/packages.quickstart contrib/packages.test \
	contrib/packages.full

# What the daemon needs around it.
EXTRA_DIST += contrib/systemd/hollerd.service.in contrib/sysctl.conf contrib/hollerctl.bash
if HAVE_SYSTEMD
systemdsystemunit_DATA = contrib/systemd/hollerd.service
endif
contrib/systemd/hollerd.service: contrib/systemd/hollerd.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) contrib/systemd && $(SED) -e 's|[@]sbindir@|$(sbindir)|g' \
		-e 's|[@]sysconfdir@|$(sysconfdir)|g' $(srcdir)/$@.in >$@
CLEANFILES += contrib/systemd/hollerd.service

install-data-local: install-holler
uninstall-local: uninstall-holler

# Installed under other names than they have here; a configuration is never overwritten.
install-holler:
	$(MKDIR_P) $(DESTDIR)$(sysctldir) $(DESTDIR)$(bashcompletiondir) \
		$(DESTDIR)$(sysconfdir)/holler
	$(INSTALL_DATA) $(srcdir)/contrib/sysctl.conf $(DESTDIR)$(sysctldir)/holler.conf
	$(INSTALL_DATA) $(srcdir)/contrib/hollerctl.bash $(DESTDIR)$(bashcompletiondir)/hollerctl
	$(INSTALL_DATA) $(srcdir)/conf/hollerd.conf $(DESTDIR)$(sysconfdir)/holler/hollerd.conf.new
	cd $(DESTDIR)$(sysconfdir)/holler && if test -f hollerd.conf; then \
		cmp -s hollerd.conf hollerd.conf.new && rm hollerd.conf.new || :; \
		else mv hollerd.conf.new hollerd.conf; fi
uninstall-holler:
	rm -f $(DESTDIR)$(sysctldir)/holler.conf $(DESTDIR)$(bashcompletiondir)/hollerctl
	cd $(DESTDIR)$(sysconfdir)/holler 2>/dev/null && rm -f hollerd.conf.new && \
		cmp -s hollerd.conf $(abs_srcdir)/conf/hollerd.conf && rm -f hollerd.conf || :
.PHONY: install-holler uninstall-holler
