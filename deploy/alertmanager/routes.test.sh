#!/bin/sh
# Which receiver an alert reaches. Each line: the expected receiver, then the labels of the alert.
cd "$(dirname "$0")" || exit 1
failed=0
while read -r receiver labels; do
  case $receiver in '' | '#'*) continue ;; esac
  # shellcheck disable=SC2086 # the labels are separate arguments
  if ! amtool config routes test --config.file=alertmanager.yml --verify.receivers="$receiver" $labels >/dev/null 2>&1; then
    echo "routes.test.sh: expected $receiver for $labels" >&2
    failed=1
  fi
done <<'CASES'
smb1-news     alertname=Smb1NewClient severity=warning component=smb1 client=192.0.2.5
network-team  alertname=Smb1OnlyServer severity=warning component=smb1 server=192.0.2.9
network-team  alertname=Smb1ClientRefused severity=warning component=smb1 client=192.0.2.5 server=192.0.2.9
network-team  alertname=Smb1ClientOnReadyServer severity=warning component=smb1 client=192.0.2.5 server=192.0.2.9
network-team  alertname=Smb1AcceptedDeviceExpired severity=warning component=smb1 client=192.0.2.5
network-team  alertname=Smb445Silent severity=warning component=port445 server=192.0.2.9 port=445
on-call       alertname=Smb445WentDark severity=critical component=port445 server=192.0.2.9 port=445
on-call       alertname=Smb445MassUnanswered severity=critical component=port445 site=hq
on-call       alertname=Smb445Scanner severity=critical component=port445 client=192.0.2.66
on-call       alertname=Tap445SensorDown severity=critical component=sensor job=tap445 instance=a
on-call       alertname=Tap445SensorsAbsent severity=critical component=sensor job=tap445
on-call       alertname=Tap445NoTraffic severity=critical component=sensor job=tap445 instance=a
on-call       alertname=Tap445StoreFailing severity=critical component=sensor job=tap445 instance=a
sensor-owners alertname=Tap445KernelDrops severity=warning component=sensor job=tap445 instance=a
sensor-owners alertname=Tap445RingDrops severity=warning component=sensor job=tap445 instance=a
sensor-owners alertname=Tap445ObservationsDropped severity=warning component=sensor job=tap445 instance=a
sensor-owners alertname=Tap445OneWayFeed severity=warning component=sensor job=tap445 instance=a
sensor-owners alertname=Tap445DuplicateFeed severity=info component=sensor job=tap445 instance=a
sensor-owners alertname=Tap445SeriesSuppressed severity=warning component=sensor job=tap445 instance=a
sensor-owners alertname=Tap445ReloadFailed severity=warning component=sensor job=tap445 instance=a
network-team  alertname=SomethingElse
CASES
exit $failed
