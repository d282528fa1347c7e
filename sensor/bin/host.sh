# What the scripts beside this file ask of the host: a JDK, packages, root. Sourced, POSIX sh.
# shellcheck shell=sh disable=SC2015  # A && B || die: to die is right where either fails

# The release that the sources are compiled for.
java_needed=25

# newer A B: A is there and younger than B.
newer() { [ -n "$(find "$1" -newer "$2" 2>/dev/null)" ]; }

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

die() {
  say "$@"
  exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# Runs "$@" as root; fails where that would need a password.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

can_be_root() { [ "$(id -u)" -eq 0 ] || { has sudo && sudo -n true 2>/dev/null; }; }

# What a person has to type to become root.
root_prefix() { [ "$(id -u)" -eq 0 ] || printf 'sudo '; }

# Debian starts services as it installs them. A guard forbids that for the time of the installation,
# unless the administrator has a rule of his own.
guard_services() {
  guard=/usr/sbin/policy-rc.d
  [ -e "$guard" ] && guard= && return
  trap 'as_root rm -f "$guard"' EXIT
  trap 'exit 130' INT TERM
  as_root sh -c "printf '#!/bin/sh\nexit 101\n' >$guard && chmod 755 $guard"
}

unguard_services() {
  [ -n "$guard" ] || return 0
  trap - EXIT INT TERM
  as_root rm -f "$guard"
}

# apt_install PACKAGE...: without questions; fails, with apt's last words on standard error, where that is
# not possible, and without a word where there is no apt or no root.
apt_install() {
  has apt-get && can_be_root || return 1
  say "installing $*"
  apt_log=$(mktemp)
  guard_services
  apt_status=0
  apt_get install "$@" || { apt_get update && apt_get install "$@"; } || apt_status=$?
  unguard_services
  [ $apt_status -eq 0 ] || tail -n 3 "$apt_log" >&2
  rm -f "$apt_log"
  return $apt_status
}

apt_get() {
  apt_verb=$1
  shift
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=300 \
    "$apt_verb" --no-install-recommends "$@" </dev/null >>"$apt_log" 2>&1
}

# The feature release of the JDK or JRE in directory $1, from its own record: no JVM is started.
java_release() {
  [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 1
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

# fits DIRECTORY PROGRAM: new enough, and PROGRAM (java or javac) is there.
fits() {
  [ -n "$1" ] && [ -x "$1/bin/$2" ] && [ "$(java_release "$1" || echo 0)" -ge "$java_needed" ]
}

# find_jdk PROGRAM: prints the first home that fits.
find_jdk() {
  jdk_on_path=$(command -v java 2>/dev/null) && jdk_on_path=$(readlink -f "$jdk_on_path")
  jdk_on_mac=
  [ -x /usr/libexec/java_home ] && jdk_on_mac=$(/usr/libexec/java_home -v "$java_needed+" 2>/dev/null)
  for jdk_home in "${JAVA_HOME:-}" "${jdk_on_path%/bin/java}" /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* \
    "${SDKMAN_DIR:-${HOME:-}/.sdkman}"/candidates/java/* "${HOME:-}"/.jdks/* "$jdk_on_mac"; do
    if fits "$jdk_home" "$1"; then
      printf '%s\n' "$jdk_home"
      return
    fi
  done
  return 1
}

# need_jdk PROGRAM: the same, installing one where there is none.
need_jdk() {
  find_jdk "$1" && return
  for jdk_package in "openjdk-$java_needed-jdk-headless" "temurin-$java_needed-jdk"; do
    has apt-cache && apt-cache show "$jdk_package" >/dev/null 2>&1 || continue
    apt_install "$jdk_package" && find_jdk "$1" && return
    die "no Java $java_needed or newer; run: $(root_prefix)apt-get install -y $jdk_package"
  done
  die "no Java $java_needed or newer, and no package of it here; get one from https://adoptium.net/temurin/releases/?version=$java_needed and set JAVA_HOME to it"
}

need_maven() {
  has mvn && return
  apt_install maven && has mvn || die "no Maven; run: $(root_prefix)apt-get install -y maven"
}

has_libpcap() {
  [ "$(uname -s)" = Darwin ] && return
  for libpcap in /usr/lib/libpcap.so* /usr/lib/*/libpcap.so* /usr/lib64/libpcap.so* /lib/*/libpcap.so* \
    /usr/local/lib/libpcap.so*; do
    [ -e "$libpcap" ] && return
  done
  return 1
}
