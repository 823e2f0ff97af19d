noinst_LTLIBRARIES += libgroup.la
libgroup_la_SOURCES = \
	src/group/grp.c src/group/grp.h \
	src/group/grp_hold.c src/group/grp_int.h \
	src/group/grp_sys.c src/group/grp_sys.h
