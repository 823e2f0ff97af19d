noinst_LTLIBRARIES += libmodel.la
libmodel_la_SOURCES = \
	src/model/assoc.h \
	src/model/cause.c src/model/cause.h \
	src/model/endp.h \
	src/model/format.h \
	src/model/model.h \
	src/model/owner.h \
	src/model/plan.h \
	src/model/ports.h \
	src/model/room.h \
	src/model/stats.h \
	src/model/term.h
