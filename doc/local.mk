# files of doc/
dist_doc_DATA += doc/ARCHITECTURE doc/HACKING
