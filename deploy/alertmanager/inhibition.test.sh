#!/bin/sh
# Which alerts keep which quiet, asked of a real Alertmanager on loopback. Needs prometheus-alertmanager and amtool.
cd "$(dirname "$0")" || exit 1
port=${1:-19493}
dir=$(mktemp -d)
# No receiver is to be reached from a test.
sed 's#https://[a-z]*\.example\.net#http://127.0.0.1:1#; s#mail\.example\.net:587#127.0.0.1:1#' alertmanager.yml >"$dir/am.yml"
prometheus-alertmanager --config.file="$dir/am.yml" --storage.path="$dir/data" \
  --web.listen-address="127.0.0.1:$port" --cluster.listen-address= >"$dir/log" 2>&1 &
pid=$!
trap 'kill $pid; wait $pid 2>/dev/null; rm -rf "$dir"' EXIT
url=http://127.0.0.1:$port
am() { amtool --alertmanager.url="$url" "$@"; }
tries=0
until am alert query >/dev/null 2>&1; do
  tries=$((tries + 1))
  [ $tries -gt 50 ] && { cat "$dir/log" >&2; exit 1; }
  sleep 0.2
done

am alert add Tap445SensorDown severity=critical component=sensor job=tap445 instance=a
am alert add Tap445KernelDrops severity=warning component=sensor job=tap445 instance=a interface=eth1
am alert add Tap445KernelDrops severity=warning component=sensor job=tap445 instance=b interface=eth1
am alert add Tap445NoTraffic severity=critical component=sensor job=tap445 instance=c interface=eth1
am alert add Tap445OneWayFeed severity=warning component=sensor job=tap445 instance=c
am alert add Tap445RingDrops severity=warning component=sensor job=tap445 instance=c
am alert add Smb445WentDark severity=critical component=port445 server=192.0.2.1 port=445
am alert add Smb445Silent severity=warning component=port445 server=192.0.2.1 port=445
am alert add Smb445Silent severity=warning component=port445 server=192.0.2.2 port=445
am alert add Smb1ClientRefused severity=warning component=smb1 client=192.0.2.5 server=192.0.2.1
am alert add Smb1NewClient severity=warning component=smb1 client=192.0.2.5
am alert add Smb1NewClient severity=warning component=smb1 client=192.0.2.6
# Inhibition is worked out when a group is dispatched; the longest group_wait is a minute.
sleep 65

failed=0
expect() {
  state=$1
  shift
  if ! am alert query "--$state" -o json "$@" | grep -q '"fingerprint"'; then
    echo "inhibition.test.sh: not $state: $*" >&2
    failed=1
  fi
}
expect active alertname=Tap445SensorDown instance=a
expect inhibited alertname=Tap445KernelDrops instance=a
expect active alertname=Tap445KernelDrops instance=b
expect inhibited alertname=Tap445OneWayFeed instance=c
expect active alertname=Tap445RingDrops instance=c
expect active alertname=Smb445WentDark server=192.0.2.1
expect inhibited alertname=Smb445Silent server=192.0.2.1
expect active alertname=Smb445Silent server=192.0.2.2
expect active alertname=Smb1ClientRefused client=192.0.2.5
expect inhibited alertname=Smb1NewClient client=192.0.2.5
expect active alertname=Smb1NewClient client=192.0.2.6
exit $failed
