# files of conf/
EXTRA_DIST += conf/hollerd.conf
