# packet I/O by AF_PACKET rings, and what it stands on
libmedia_la_SOURCES += src/media/frame.c src/media/frame.h
