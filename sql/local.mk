# Migrations: numbered, never changed once released; the daemon carries them inside.
SQLITE_MIGRATIONS = \
	sql/sqlite/0001-zones.sql \
	sql/sqlite/0002-calls.sql
EXTRA_DIST += sql/embed $(SQLITE_MIGRATIONS)

src/store/sql_sqlite.c: $(SQLITE_MIGRATIONS) sql/embed
	$(AM_V_GEN)$(MKDIR_P) src/store && cd $(srcdir) && \
		$(SHELL) sql/embed store_sql_sqlite $(SQLITE_MIGRATIONS) \
		> $(abs_builddir)/$@.tmp && mv $(abs_builddir)/$@.tmp $(abs_builddir)/$@
CLEANFILES += src/store/sql_sqlite.c
