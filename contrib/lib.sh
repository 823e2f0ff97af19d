# contrib/lib.sh - what contrib's scripts share; to be sourced with TOP set.

STARTED=$(date +%s)

# step TEXT: a line of progress with the time since the start.
step() {
	printf '== %4ds  %s\n' $(($(date +%s) - STARTED)) "$*"
}

# watched LOG COMMAND...: output goes to the end of LOG; meanwhile its last line is shown,
# live on a terminal, every 20 seconds elsewhere.
watched() {
	wa_log=$1
	shift
	"$@" >>"$wa_log" 2>&1 </dev/null &
	wa_pid=$!
	wa_n=0
	while kill -0 $wa_pid 2>/dev/null; do
		sleep 1
		wa_n=$((wa_n + 1))
		wa_last=$(tail -n 1 "$wa_log" 2>/dev/null | tr -d '\r' | cut -c 1-70)
		if [ -t 1 ]; then
			printf '\r\033[K            %s' "$wa_last"
		elif [ $((wa_n % 20)) = 0 ]; then
			printf '            %s\n' "$wa_last"
		fi
	done
	[ ! -t 1 ] || printf '\r\033[K'
	wait $wa_pid
}

# packages LIST...: install what contrib/packages.LIST name and the machine lacks.
packages() {
	pk_lacks=''
	for pk_list in "$@"; do
		while read -r pk; do
			dpkg-query -W -f '${Status}' "$pk" 2>/dev/null | grep -q ' installed' ||
				pk_lacks="$pk_lacks $pk"
		done <"$TOP/contrib/packages.$pk_list"
	done
	[ -n "$pk_lacks" ] || return 0
	if [ "$(id -u)" != 0 ]; then
		echo "these packages are not installed:$pk_lacks" >&2
		echo "run this once as root, or: apt-get install$pk_lacks" >&2
		return 1
	fi
	step "apt-get install$pk_lacks"
	pk_policy=''
	if [ ! -e /usr/sbin/policy-rc.d ]; then # peers for tests are not to run as services
		pk_policy=/usr/sbin/policy-rc.d
		printf '#!/bin/sh\nexit 101\n' >$pk_policy
		chmod +x $pk_policy
	fi
	pk_log=$(mktemp)
	pk_code=0
	# shellcheck disable=SC2086
	watched "$pk_log" env DEBIAN_FRONTEND=noninteractive apt-get update -q &&
		watched "$pk_log" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q \
			--no-install-recommends $pk_lacks || pk_code=1
	[ -z "$pk_policy" ] || rm -f $pk_policy
	if [ $pk_code != 0 ]; then
		tail -n 15 "$pk_log" >&2
		echo "apt-get failed" >&2
	fi
	rm -f "$pk_log"
	return $pk_code
}

# build DIR "TARGETS" CONFIGURE-ARGUMENT...: bootstrap if needed, configure DIR if these
# arguments are new to it, make. Output in DIR.log, the end of it on failure. CC and CFLAGS
# may be set.
build() {
	bd_dir=$1 bd_targets=$2
	shift 2
	bd_log=$bd_dir.log
	bd_args="CC=${CC:-} CFLAGS=${CFLAGS:-} $*"
	: >"$bd_log"
	if [ ! -x "$TOP/configure" ] || [ "$TOP/configure.ac" -nt "$TOP/configure" ] ||
		[ "$TOP/m4/holler.m4" -nt "$TOP/configure" ]; then
		step "bootstrap"
		watched "$bd_log" "$TOP/bootstrap" || { tail -n 30 "$bd_log"; return 1; }
	fi
	mkdir -p "$bd_dir"
	if [ ! -f "$bd_dir/Makefile" ] || [ "$bd_args" != "$(cat "$bd_dir/.args" 2>/dev/null)" ]; then
		step "configure $(basename "$bd_dir") $*"
		(cd "$bd_dir" && "$TOP/configure" -q "$@") >>"$bd_log" 2>&1 ||
			{ tail -n 30 "$bd_log"; return 1; }
		printf '%s\n' "$bd_args" >"$bd_dir/.args"
	fi
	step "make in $(basename "$bd_dir")"
	# shellcheck disable=SC2086
	watched "$bd_log" make -C "$bd_dir" -j"$(nproc)" $bd_targets || {
		grep -E 'error:|Error [0-9]|undefined reference' "$bd_log" | head -n 20
		tail -n 10 "$bd_log"
		return 1
	}
}
