noinst_LTLIBRARIES += libstore.la
libstore_la_SOURCES = \
	src/store/all.def src/store/ops.h src/store/sql.h \
	src/store/sqlite.c src/store/sqlite.h \
	src/store/sqlite_call.c \
	src/store/sqlite_zone.c \
	src/store/store.c src/store/store.h
nodist_libstore_la_SOURCES = src/store/sql_sqlite.c
libstore_la_LIBADD = $(SQLITE_LIBS)
