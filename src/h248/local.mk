noinst_LTLIBRARIES += libh248.la
libh248_la_SOURCES = \
	src/h248/codes.c \
	src/h248/codes.h \
	src/h248/conf.c \
	src/h248/conf.h \
	src/h248/engine.h \
	src/h248/metrics.def \
	src/h248/status.h
