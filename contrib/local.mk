# files of contrib/
