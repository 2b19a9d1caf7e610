#!/usr/bin/env bash
# Two peers in networks of their own, each behind an address translator, and a TURN server between them:
#
#   left - 10.1.0.2 -- translator == 5 % loss, 20 to 80 ms == coturn, 192.0.2.1 == translator -- 10.2.0.2 - right
#
# Usage, as root, after the build of rtc and its tests:  two-networks.sh CLASSPATH [OUTPUT FOLDER]
# It tries: translators that keep a port's number, and those that choose another for each destination; and a network that
# lets no UDP out. Namespaces and processes of its own are removed at the end, whatever happens.
# Needs iproute2, nftables, coturn, and a python3; tc netem if the kernel has it, or else TUN devices.
set -euo pipefail
CLASSPATH=$1
OUT=${2:-$(mktemp -d)}
HERE=$(cd "$(dirname "$0")" && pwd)
JAVA=${JAVA:-java}
LOSS=5 DELAY=20 JITTER=60
SPACES=(pl-left pl-nat-left pl-wan pl-nat-right pl-right)
STARTED=()

finish() {
    for pid in "${STARTED[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait 2>/dev/null || true
    for space in "${SPACES[@]}"; do ip netns del "$space" 2>/dev/null || true; done
}
trap finish EXIT

in_space() { ip netns exec "$@"; }

# A cable: namespace, device, address, and the same at the other end.
cable() {
    ip link add "$2" netns "$1" type veth peer name "$5" netns "$4"
    in_space "$1" ip addr add "$3" dev "$2" && in_space "$1" ip link set "$2" up
    in_space "$4" ip addr add "$6" dev "$5" && in_space "$4" ip link set "$5" up
}

# A bad line between a translator and the wide world.
line() {
    local nat=$1 near=$2 far=$3 device=$4
    if in_space "$nat" ip link add probe type veth peer name ebrop 2>/dev/null \
            && in_space "$nat" tc qdisc add dev probe root netem loss $LOSS% 2>/dev/null; then
        in_space "$nat" ip link del probe
        cable "$nat" out "$near/30" pl-wan "$device" "$far/30"
        in_space "$nat" tc qdisc add dev out root netem loss $LOSS% delay $((DELAY + JITTER / 2))ms $((JITTER / 2))ms
        in_space pl-wan tc qdisc add dev "$device" root netem loss $LOSS% delay $((DELAY + JITTER / 2))ms $((JITTER / 2))ms
        echo "line of $nat: tc netem"
        return
    fi
    in_space "$nat" ip link del probe 2>/dev/null || true
    python3 "$HERE/rough-link.py" "$nat" out pl-wan "$device" $LOSS $DELAY $JITTER > "$OUT/$nat.line" &
    STARTED+=($!)
    for _ in $(seq 100); do grep -q ready "$OUT/$nat.line" && break; sleep 0.1; done
    in_space "$nat" ip addr add "$near/30" dev out && in_space "$nat" ip link set out up
    in_space pl-wan ip addr add "$far/30" dev "$device" && in_space pl-wan ip link set "$device" up
    echo "line of $nat: rough-link.py, as the kernel has no netem"
}

translator() {
    local nat=$1 how=$2
    in_space "$nat" nft -f - <<RULES
flush ruleset
table ip nat {
    chain out { type nat hook postrouting priority 100; oifname "out" masquerade $how; }
}
table ip filter {
    chain in { type filter hook input priority 0; iifname "out" drop; }
    chain through { type filter hook forward priority 0; iifname "out" ct state new drop; }
}
RULES
}

for space in "${SPACES[@]}"; do
    ip netns add "$space"
    in_space "$space" ip link set lo up
    in_space "$space" sysctl -qw net.ipv4.ip_forward=1
done
cable pl-left eth 10.1.0.2/24 pl-nat-left in 10.1.0.1/24
cable pl-right eth 10.2.0.2/24 pl-nat-right in 10.2.0.1/24
line pl-nat-left 203.0.113.1 203.0.113.2 left
line pl-nat-right 203.0.113.5 203.0.113.6 right
in_space pl-left ip route add default via 10.1.0.1
in_space pl-right ip route add default via 10.2.0.1
in_space pl-nat-left ip route add default via 203.0.113.2
in_space pl-nat-right ip route add default via 203.0.113.6
# Whoever is not there: coturn gives a relay up when it has no route for a packet.
in_space pl-wan ip route add default via 203.0.113.1
in_space pl-wan ip addr add 192.0.2.1/32 dev lo
# Not by the function: its process would be a shell, which is not the one to end.
ip netns exec pl-wan turnserver -n -p 3478 -L 192.0.2.1 -E 192.0.2.1 --no-cli --no-tls --no-dtls --no-rfc5780 \
    --lt-cred-mech -u bar:an-open-secret -r relay.example --userdb "$OUT/users" --pidfile "$OUT/pid" \
    --log-file stdout --simple-log > "$OUT/coturn.log" 2>&1 &
STARTED+=($!)

# Name, then how each side is told to speak with the TURN server.
try() {
    local name=$1 transport=$2
    local there="$OUT/there" back="$OUT/back"
    rm -f "$there" "$back"
    mkfifo "$there" "$back"
    echo "== $name"
    ip netns exec pl-right "$JAVA" -cp "$CLASSPATH" dev.parley.rtc.TwoNetworks answer "turn:192.0.2.1?transport=udp" \
        < "$there" > "$back" 2> "$OUT/right.txt" &
    local right=$!
    STARTED+=($right)
    timeout 150 ip netns exec pl-left "$JAVA" -cp "$CLASSPATH" dev.parley.rtc.TwoNetworks offer \
        "turn:192.0.2.1?transport=$transport" > "$there" < "$back" 2> "$OUT/left.txt" || echo "left has failed"
    wait $right || echo "right has failed"
    sed 's/^/left:  /' "$OUT/left.txt" | tail -4
    sed 's/^/right: /' "$OUT/right.txt" | tail -4
}

translator pl-nat-left ""; translator pl-nat-right ""
try "translators that keep the port" udp
translator pl-nat-left "random,fully-random"; translator pl-nat-right "random,fully-random"
try "translators that choose a port for each destination" udp
in_space pl-nat-left nft add rule ip filter through meta l4proto udp drop
try "no UDP out of the left network: TURN over TCP" tcp
