# files of contrib/
dist_noinst_SCRIPTS += contrib/check contrib/quickstart contrib/check-clone
EXTRA_DIST += contrib/lib.sh contrib/packages.build contrib/packages.quickstart \
	contrib/packages.test contrib/packages.full
