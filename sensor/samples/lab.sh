# shellcheck shell=bash
# A small network with real Samba in it, made of network namespaces on one
# machine: every host is a namespace with documentation addresses, every wire
# is a bridge in the namespace "tap", where tcpdump sees both directions the
# way a mirror port does.
#
# Source it, or call one function:   bash lab.sh lab_up
# State lives in LAB_DIR and in namespaces called LAB_PREFIX-NAME, so that
# calls from different processes work on the same laboratory. lab_down ends
# everything that lab_up and its friends began, and nothing else.
#
#   lab_up                                 begin (also cleans up what a crash left)
#   lab_segment NAME                       a wire, tapped as interface NAME
#   lab_host NAME SEGMENT ADDR...          a host on a wire, ADDR with prefix length
#   lab_link NAME SEGMENT IF ADDR...       one more network card for a host
#   lab_in NAME COMMAND...                 run a command on that host
#   lab_tap_start FILE SEGMENT             capture a wire;  lab_tap_stop FILE
#   lab_mirror MIRROR                      a mirror port: a sensor sees what comes in at MIRROR
#   lab_span MIRROR PORT in|out [PERCENT]  what host NAME sends or gets at switch port NAME-CARD goes there too
#   lab_smbd NAME NETBIOS MIN MAX [OPT..]  Samba server, ports 445 and 139
#   lab_smbd_stop NAME
#   lab_smbclient NAME NETBIOS MIN MAX PORT ADDR COMMANDS [ARG..]
#   lab_drop NAME PORT | lab_reject_rst NAME PORT | lab_reject_icmp NAME PORT
#   lab_drop_all NAME | lab_allow NAME     packet filter of a host
#   lab_listen NAME PORT                   some other TCP service
#   lab_try NAME SECONDS ADDR/PORT...      TCP connections to all of them at once, each closed when it is open
#   lab_down                               end

LAB_PREFIX=${LAB_PREFIX:-t445}
LAB_DIR=${LAB_DIR:-/tmp/$LAB_PREFIX-lab}
# A user that exists nowhere but here.
LAB_USER=${LAB_USER:-labuser}
LAB_PASSWORD=${LAB_PASSWORD:-throw-away-1}

lab_packages='samba smbclient nftables iproute2 iputils-ping ethtool tcpdump tshark wireshark-common python3'

# Fails with the line that installs what is missing.
lab_need() {
    local tool missing=
    for tool in smbd pdbedit smbclient nft ip ping ethtool tcpdump tshark mergecap editcap capinfos python3 unshare setsid timeout; do
        command -v "$tool" >/dev/null || missing="$missing $tool"
    done
    if [ -n "$missing" ]; then
        echo "missing:$missing" >&2
        echo "  apt-get install -y $lab_packages" >&2
        return 1
    fi
    if [ "$(id -u)" != 0 ]; then
        echo "network namespaces need root" >&2
        return 1
    fi
}

lab_ns() { printf '%s-%s' "$LAB_PREFIX" "$1"; }

lab_in() {
    local host=$1
    shift
    ip netns exec "$(lab_ns "$host")" "$@"
}

# Runs on in the background, in a session of its own, with no hold on our pipes.
lab_begin() {
    local host=$1
    shift
    setsid ip netns exec "$(lab_ns "$host")" "$@" </dev/null >/dev/null &
}

lab_up() {
    lab_need || return 1
    lab_down
    mkdir -p "$LAB_DIR"
    ip netns add "$(lab_ns tap)"
    lab_in tap ip link set lo up
}

# Everything that runs in a namespace of ours was started by us.
lab_down() {
    local ns pid round
    for round in TERM KILL; do
        for ns in $(lab_namespaces); do
            for pid in $(ip netns pids "$ns" 2>/dev/null); do
                kill -"$round" "$pid" 2>/dev/null
            done
        done
        lab_wait 20 lab_no_process && break
    done
    for ns in $(lab_namespaces); do
        ip netns del "$ns"
    done
    rm -rf "$LAB_DIR"
    return 0
}

lab_namespaces() {
    ip netns list | awk -v p="$LAB_PREFIX-" 'index($1, p) == 1 { print $1 }'
}

lab_no_process() {
    local ns
    for ns in $(lab_namespaces); do
        [ -z "$(ip netns pids "$ns" 2>/dev/null)" ] || return 1
    done
}

# Tries a command every 100 ms, at most so often.
lab_wait() {
    local times=$1
    shift
    while ! "$@" >/dev/null 2>&1; do
        times=$((times - 1))
        [ "$times" -gt 0 ] || return 1
        sleep 0.1
    done
}

lab_segment() {
    lab_in tap ip link add "$1" type bridge stp_state 0 mcast_snooping 0
    lab_in tap sysctl -qw "net.ipv6.conf.$1.disable_ipv6=1"
    lab_in tap ip link set "$1" up
}

lab_host() {
    local host=$1 segment=$2
    shift 2
    ip netns add "$(lab_ns "$host")"
    lab_in "$host" sysctl -qw net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.default.router_solicitations=0
    lab_in "$host" ip link set lo up
    lab_link "$host" "$segment" eth0 "$@"
}

# The MAC is made from the first IPv4 address, so that two runs agree.
lab_link() {
    local host=$1 segment=$2 card=$3 port address mac octets
    shift 3
    port=$(printf '%.10s-%.4s' "$host" "$card")
    IFS=. read -r -a octets <<<"${1%%/*}"
    mac=$(printf '02:00:%02x:%02x:%02x:%02x' "${octets[@]}")
    ip link add "$port" netns "$(lab_ns tap)" type veth peer name "$card" netns "$(lab_ns "$host")"
    lab_in tap sysctl -qw "net.ipv6.conf.$port.disable_ipv6=1"
    # Without this the capture would show segments of 64 KiB with wrong checksums.
    lab_in tap ethtool -K "$port" tx off gso off tso off gro off >/dev/null 2>&1
    lab_in "$host" ethtool -K "$card" tx off gso off tso off gro off >/dev/null 2>&1
    lab_in tap ip link set "$port" master "$segment" up
    lab_in "$host" ip link set "$card" address "$mac" addrgenmode none
    lab_in "$host" ip link set "$card" up
    for address in "$@"; do
        case $address in
        *:*) lab_in "$host" ip address add "$address" dev "$card" nodad ;;
        *) lab_in "$host" ip address add "$address" dev "$card" ;;
        esac
    done
}

# A bridge in promiscuous mode hands every frame that it forwards to tcpdump, once.
lab_tap_start() {
    local file=$1 segment=$2
    lab_begin tap tcpdump -Z root -U --immediate-mode -s 0 -n -i "$segment" -w "$file" 2>"$file.log"
    echo $! >"$file.pid"
    lab_wait 50 grep -q 'listening on' "$file.log"
}

lab_tap_stop() {
    local file=$1 pid
    pid=$(cat "$file.pid")
    sleep 0.2
    kill -TERM "$pid"
    lab_wait 50 lab_gone "$pid"
    rm -f "$file.pid" "$file.log"
}

lab_gone() { ! kill -0 "$1" 2>/dev/null; }

# The other end of a mirror port is MIRROR-p, where lab_span puts frames in.
lab_mirror() {
    lab_in tap ip link add "$1" type veth peer name "$1-p"
    lab_in tap sysctl -qw "net.ipv6.conf.$1.disable_ipv6=1" "net.ipv6.conf.$1-p.disable_ipv6=1"
    lab_in tap ip link set "$1" up
    lab_in tap ip link set "$1-p" up
}

lab_span() {
    local table=span-$1 chain=$2-$3 hook=ingress share=
    [ "$3" = in ] || hook=egress
    [ $# -lt 4 ] || share="numgen random mod 100 < $4"
    lab_in tap nft "add table netdev $table; \
        add chain netdev $table $chain { type filter hook $hook device \"$2\" priority 0; }; \
        add rule netdev $table $chain $share dup to \"$1-p\""
}

lab_smbd() {
    local host=$1 netbios=$2 min=$3 max=$4 root=$LAB_DIR/smbd-$1 option
    shift 4
    mkdir -p "$root"/{private,lock,state,cache,run,ncalrpc,log,share}
    chmod 0777 "$root/share"
    [ -e "$root/share/readme.txt" ] || echo 'A file of the laboratory.' >"$root/share/readme.txt"
    {
        cat <<CONF
[global]
netbios name = $netbios
workgroup = LAB
server string = Samba
server role = standalone server
smb ports = 445 139
disable netbios = no
server min protocol = $min
server max protocol = $max
server multi channel support = no
map to guest = Bad User
load printers = no
disable spoolss = yes
printing = bsd
printcap name = /dev/null
usershare path =
log level = 0
log file = $root/log/smbd
private dir = $root/private
lock directory = $root/lock
state directory = $root/state
cache directory = $root/cache
pid directory = $root/run
ncalrpc dir = $root/ncalrpc
passdb backend = smbpasswd:$root/private/smbpasswd
CONF
        for option in "$@"; do echo "$option"; done
        cat <<CONF
[share]
path = $root/share
read only = no
guest ok = yes
force user = root
CONF
    } >"$root/smb.conf"
    lab_private "$root" "$host" "$netbios" sh -c \
        "printf '%s\n%s\n' '$LAB_PASSWORD' '$LAB_PASSWORD' | pdbedit -s '$root/smb.conf' -a -u '$LAB_USER' -t" \
        >"$root/log/pdbedit" 2>&1
    lab_private "$root" "$host" "$netbios" setsid smbd -F --no-process-group -s "$root/smb.conf" \
        </dev/null >"$root/log/out" 2>&1 &
    lab_wait 100 lab_listens "$host" 445 && lab_wait 100 lab_listens "$host" 139
}

# The user, the host name and the absence of DNS hold in a mount and UTS namespace
# only; nothing of the machine is touched, and its name is never on the wire.
lab_private() {
    local root=$1 host=$2 name=$3
    shift 3
    {
        grep -v "^$LAB_USER:" /etc/passwd
        echo "$LAB_USER:x:64999:65534::/nonexistent:/bin/false"
    } >"$root/passwd"
    echo 'nameserver 127.0.0.1' >"$root/resolv.conf"
    # shellcheck disable=SC2016
    lab_in "$host" unshare --uts --mount sh -c \
        'mount --bind "$1/passwd" /etc/passwd && mount --bind "$1/resolv.conf" "$(readlink -f /etc/resolv.conf)" &&
         hostname "$2" && shift 2 && exec "$@"' sh "$root" "${name,,}" "$@"
}

lab_listens() { lab_in "$1" ss -Hltn "sport = :$2" | grep -q .; }
lab_deaf() { ! lab_listens "$1" "$2"; }

lab_smbd_stop() {
    kill -TERM "$(cat "$LAB_DIR/smbd-$1/run/smbd.pid")" && lab_wait 50 lab_deaf "$1" 445
}

# COMMANDS as for smbclient -c. LAB_TIMEOUT seconds at most (20), LAB_CALLED the
# name of the server, LAB_LOGIN another user%password, LAB_CLIENT_OPTIONS lines of smb.conf.
lab_smbclient() {
    local host=$1 netbios=$2 min=$3 max=$4 port=$5 address=$6 commands=$7 root=$LAB_DIR/client-$1
    local share=${LAB_SHARE:-share} server=${LAB_CALLED:-$6}
    shift 7
    mkdir -p "$root"
    cat >"$root/smb.conf" <<CONF
[global]
netbios name = $netbios
workgroup = LAB
client min protocol = $min
client max protocol = $max
client ipc min protocol = $min
client ipc max protocol = $max
private dir = $root
lock directory = $root
state directory = $root
cache directory = $root
pid directory = $root
log file = $root/log
${LAB_CLIENT_OPTIONS:-}
CONF
    lab_private "$root" "$host" "$netbios" \
        timeout "${LAB_TIMEOUT:-20}" smbclient -s "$root/smb.conf" "//$server/$share" -I "$address" -p "$port" \
        -U "${LAB_LOGIN:-$LAB_USER%$LAB_PASSWORD}" -c "cd /; lcd $root; $commands" "$@" </dev/null
}

lab_rule() {
    local host=$1
    shift
    lab_in "$host" nft add table inet lab
    lab_in "$host" nft add chain inet lab in '{ type filter hook input priority 0; }'
    lab_in "$host" nft add rule inet lab in "$@"
}

lab_drop() { lab_rule "$1" tcp dport "$2" drop; }
lab_reject_rst() { lab_rule "$1" tcp dport "$2" reject with tcp reset; }
lab_reject_icmp() { lab_rule "$1" tcp dport "$2" reject with icmpx type port-unreachable; }
lab_allow() { lab_in "$1" nft delete table inet lab; }

# Nothing comes out of this host any more, not even ARP.
lab_drop_all() {
    lab_rule "$1" drop
    lab_in "$1" ip link set eth0 arp off
}

lab_listen() {
    lab_begin "$1" python3 -c '
import socket, sys
s = socket.create_server(("::", int(sys.argv[1])), family=socket.AF_INET6, dualstack_ipv6=True)
while True:
    c, _ = s.accept()
    c.sendall(b"220 hello\r\n")
    c.close()' "$2" 2>/dev/null
    lab_wait 50 lab_listens "$1" "$2"
}

# One TCP connection, opened and closed; CONNECT_TIMEOUT seconds at most.
lab_connect() {
    lab_in "$1" timeout "${4:-3}" python3 -c '
import socket, sys
try:
    s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
    s.close()
except OSError as e:
    print(e)' "$2" "$3" >/dev/null 2>&1
}

# A port without listener, silence and refusal are no errors here. ADDR with %N stands for N addresses from it on.
lab_try() {
    local host=$1 seconds=$2
    shift 2
    lab_in "$host" python3 -c '
import errno, ipaddress, select, socket, sys, time
end = time.monotonic() + float(sys.argv[1])
poll = select.poll()
pending = {}
for target in sys.argv[2:]:
    address, port = target.split("/")
    first, _, count = address.partition("%")
    for n in range(int(count or 1)):
        ip = ipaddress.ip_address(first) + n
        s = socket.socket(socket.AF_INET6 if ip.version == 6 else socket.AF_INET)
        s.setblocking(False)
        if s.connect_ex((str(ip), int(port))) in (0, errno.EINPROGRESS):
            pending[s.fileno()] = s
            poll.register(s, select.POLLOUT)
while pending and time.monotonic() < end:
    for fd, _ in poll.poll(max(0, (end - time.monotonic()) * 1000)):
        poll.unregister(fd)
        pending.pop(fd).close()' "$seconds" "$@"
}

lab_ping() { lab_in "$1" ping -n -q -c "${3:-1}" -i 0.2 -W 1 "$2" >/dev/null; }

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
    case ${1:-} in
    lab_*) "$@" ;;
    *)
        sed -n '2,27s/^# \{0,1\}//p' "$0" >&2
        exit 2
        ;;
    esac
fi
