#!/usr/bin/env bash
# Installs what is missing, builds corolint and runs it.
#
#   ./run.sh             analyses the demo project, then the coroutine examples
#                        of Boost.Asio and Boost.Beast as Debian packages them
#   ./run.sh check …     passes its arguments to corolint, as does `list` or `rule`
#
# Exit status: corolint's own with arguments; without, 0 if both analyses worked.

. "$(dirname "${BASH_SOURCE[0]}")/.ci/setup.sh"

# The build tree is the one the tests use, so nothing is compiled twice. It is
# the dev preset because nearly all of the time goes into Clang's own parser,
# which comes optimised from its package.
corolint=$top/build/dev/driver/corolint

prepare() {
  install "${build_packages[@]}"
  mkdir -p "$top/build"
  # Two runs at once must not build in one tree.
  exec 9>"$top/build/.lock"
  flock 9
  if [ ! -e "$top/build/dev/build.ninja" ]; then
    say "configuring"
    configure dev -DCOROLINT_BUILD_TESTS=OFF || exit 2
  fi
  # With nothing to build there is nothing to say.
  if ! ninja -C "$top/build/dev" -n corolint | grep -q 'no work to do'; then
    build dev corolint || exit 2
  fi
  exec 9>&-
}

demo() {
  say "the demo project, testdata/projects/demo: a small server with each pitfall in it once"
  local status=0
  (cd "$top" && "$corolint" check -p testdata/projects/demo) || status=$?
  # Exit status 1 says that there are findings, and here there must be some.
  [ "$status" -eq 1 ] || fail "the demo project: exit status $status where findings (1) are expected"
}

boost() {
  local examples files status=0 errors=$logs/boost.err
  examples=$(boost_examples) || fail "Boost's examples are not there"
  mapfile -t files < <(grep -rl co_await "$examples" --include='*.cpp' | sort)
  [ ${#files[@]} -gt 0 ] || fail "no coroutine examples under $examples"
  say "real code: ${#files[@]} coroutine examples of Boost.Asio and Boost.Beast"
  # Beast's examples include each other's headers from the library's root.
  "$corolint" check "${files[@]}" -- -std=c++20 -I"$examples/libs/beast" \
    -DBOOST_ASIO_HAS_CO_AWAIT -DBOOST_ASIO_HAS_STD_COROUTINE \
    2> >(tee "$errors" >&2) || status=$?
  wait $!
  case $status in
  0 | 1) ;;
  3)
    # One example uses std::list without including <list>; any more is our fault.
    grep -q ' 1 failed' "$errors" || fail "Boost's examples: more than one could not be analysed"
    say "one example does not compile with Clang 19: it uses std::list without including <list>"
    ;;
  *) fail "Boost's examples: exit status $status" ;;
  esac
}

prepare
if [ $# -gt 0 ]; then
  exec "$corolint" "$@"
fi
demo
boost
say "done; the findings above in the demo project are there by design"
