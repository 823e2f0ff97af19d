# HOLLER_WITH(NAME, VAR, PKG-CONFIG MODULES, WHAT FOR)
# --with-NAME is the default; --without-NAME leaves it out. HAVE_VAR is set in config.h
# and as an automake conditional. Without modules it is a plain switch.
AC_DEFUN([HOLLER_WITH], [
	AC_ARG_WITH([$1], [AS_HELP_STRING([--without-$1], [leave out $4])],
		[], [with_$2=yes])
	AS_IF([test "x$with_]m4_translit([$1], [-], [_])[" = xno], [with_$2=no], [with_$2=yes])
	m4_if([$3], [], [], [
		AS_IF([test "x$with_$2" = xyes], [
			PKG_CHECK_MODULES([$2], [$3], [],
				[AC_MSG_ERROR([$3 not found; install it or use --without-$1 (no $4)])])])])
	AS_IF([test "x$with_$2" = xyes], [AC_DEFINE([HAVE_$2], [1], [Define for $4.])])
	AM_CONDITIONAL([HAVE_$2], [test "x$with_$2" = xyes])
])

AC_DEFUN([HOLLER_WARNINGS], [
	AC_ARG_ENABLE([werror], [AS_HELP_STRING([--enable-werror], [warnings are errors])],
		[], [enable_werror=no])
	WARN_CFLAGS="-Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla"
	AS_IF([test "x$enable_werror" = xyes], [WARN_CFLAGS="$WARN_CFLAGS -Werror"])
	AC_SUBST([WARN_CFLAGS])
])

AC_DEFUN([HOLLER_SANITIZERS], [
	AC_ARG_ENABLE([sanitize],
		[AS_HELP_STRING([--enable-sanitize@<:@=LIST@:>@],
			[build with sanitizers (default list: address,undefined)])],
		[], [enable_sanitize=no])
	AS_CASE([$enable_sanitize],
		[no], [SAN_FLAGS=""],
		[yes], [SAN_FLAGS="-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer"],
		[SAN_FLAGS="-fsanitize=$enable_sanitize -fno-sanitize-recover=all -fno-omit-frame-pointer"])
	AC_SUBST([SAN_FLAGS])
	AM_CONDITIONAL([SANITIZE], [test "x$enable_sanitize" != xno])
])

dnl --enable-fuzzing: clang's libFuzzer drives the targets; else they replay files.
AC_DEFUN([HOLLER_FUZZER], [
	AC_ARG_ENABLE([fuzzing], [AS_HELP_STRING([--enable-fuzzing], [link targets with libFuzzer (clang)])],
		[], [enable_fuzzing=no])
	AM_CONDITIONAL([FUZZING], [test "x$enable_fuzzing" = xyes])
	AC_SUBST([FUZZ_LIB], [-fsanitize=fuzzer])
])
