// One server or one client, with everything that is known around it.

import { synTimeline } from './charts.js';
import { el, renew, said } from './dom.js';
import { CLIENT_VERDICTS, PORT_STATES, SERVER_VERDICTS, ago, badge, bytes, count, moment, plural, span, when, words } from './format.js';
import { acceptedBadge, deviceText, outcomes } from './lists.js';
import { hostHref } from './route.js';
import { plain } from './sensor.js';

const link = (kind, address, hostname) => el('a', { class: 'host', href: hostHref(kind, address) }, el('span', { class: 'mono' }, address), hostname ? [' ', said(hostname)] : null);

function detail(kind, address, draw) {
  const title = el('h1', { tabindex: '-1' }, el('span', { class: 'mono' }, address));
  const badges = el('span', { class: 'badges' });
  const body = el('div');
  const missing = el('p', { class: 'empty', hidden: true }, `This address was not seen as a ${kind}, or not for long.`);
  return {
    title: address,
    node: el('article', { class: 'detail' }, el('p', { class: 'up' }, el('a', { href: `#/${kind}s` }, `All ${kind}s`)), el('div', { class: 'headrow' }, title, badges), missing, body),
    paths: () => [`${kind}s/${encodeURIComponent(address).replaceAll('%3A', ':')}`],
    update(data) {
      missing.hidden = data !== null;
      body.hidden = data === null;
      if (!data) return;
      const name = data[kind].hostname;
      renew(title, el('span', { class: 'mono' }, address), name ? [' ', said(name)] : null);
      draw(data, badges, body);
    },
  };
}

function facts(pairs) {
  return el('dl', { class: 'facts' }, pairs.filter(([, value]) => value !== null && value !== '').map(([label, value]) => el('div', {}, el('dt', {}, label), el('dd', {}, value))));
}

const names = (host) => [
  ['Name', host.hostname ? said(host.hostname) : null],
  ['Domain', host.domain ? said(host.domain) : null],
  ['Says it is', host.native_os || host.native_lanman ? deviceText({ ...host, mac: null }) : null],
  ['MAC', host.mac ? el('span', { class: 'mono' }, host.mac) : host.mac_addresses > 2 ? 'of a router' : null],
  ['SMB1 accepted', host.accepted ? [said(`${host.accepted.owner}: ${host.accepted.reason}`), host.accepted.until ? [', until ', moment(host.accepted.until)] : null] : null],
  ['Seen in', host.seen_in && host.seen_in.length ? host.seen_in.join(', ') : null],
  ['Signing', host.signing === 'unknown' ? null : host.signing],
  ['Guest sessions', host.guest_sessions ? count(host.guest_sessions) : null],
];

export const server = (address) => detail('server', address, (data, badges, body) => {
  const one = data.server;
  const known = new Map(data.clients.map((client) => [client.address, client]));
  const depends = new Set(one.dependent_clients);
  renew(badges, badge(SERVER_VERDICTS, one.verdict), acceptedBadge(one), one.ports.filter((port) => port.state === 'silent' || port.state === 'dark').map((port) => el('span', { class: 'badge bad' }, `${PORT_STATES[port.state].text} on ${port.port}`)));
  renew(body,
    el('p', { class: 'lead' }, verdictOn(one)),
    facts([...names(one), ['Answers', Object.entries(one.answers).map(([dialect, n]) => `${dialect} ${count(n)}`).join(', ')], ['Last SMB1', one.smb1_last_seen ? when(one.smb1_last_seen) : null], ['Last sign of life', one.last_life ? when(one.last_life) : null], ['Seen', [moment(one.first_seen), ' to ', moment(one.last_seen)]], ['Evidence', said(one.reason)]]),
    section('Clients that use SMB1 here', data.pairs.length === 0 ? el('p', { class: 'soft' }, 'None was seen.') : el('div', { class: 'scroll' }, plain(
      ['Client', 'Verdict', 'Without SMB1 here', 'SMB1 sessions', 'Refused', 'Messages', 'Last SMB1'],
      data.pairs.sort((a, b) => depends.has(b.client) - depends.has(a.client) || (a.last_seen < b.last_seen ? 1 : -1)).map((pair) => {
        const client = known.get(pair.client);
        return [link('client', pair.client, client?.hostname), [client ? badge(CLIENT_VERDICTS, client.verdict) : null, acceptedBadge(pair)], depends.has(pair.client) ? el('b', { class: 'bad' }, 'breaks') : sessions(pair) ? 'goes on' : el('span', { class: 'soft' }, 'is refused already'), count(sessions(pair)), count(pair.smb1_refused), count(pair.smb1_messages), when(pair.last_seen)];
      }), [3, 4, 5]))),
    one.ports.map((port) => portSection(port, data.attempts.filter((attempt) => attempt.port === port.port), known)));
});

const sessions = (pair) => pair.smb1_sessions.smb1_only + pair.smb1_sessions.smb1_and_smb2 + pair.smb1_sessions.unseen;

function verdictOn(one) {
  const n = one.dependent_clients.length;
  if (one.readiness === 'not_ready') return ['Not ready: ', el('b', { class: 'bad' }, plural(n, 'client')), n === 1 ? ' depends' : ' depend', ' on SMB1 here', one.smb1_last_seen ? [', last ', ago(one.smb1_last_seen)] : null, '.'];
  if (one.readiness === 'ready') return [el('b', { class: 'good' }, 'Ready'), ': no client depends on SMB1 here', one.smb1_last_seen ? [', although it was last spoken ', ago(one.smb1_last_seen)] : null, '.'];
  return 'Never seen answering SMB: nothing can be said of SMB1 here.';
}

const MEANING = {
  answering: 'Connections are answered.',
  refusing: 'Connections are refused at once.',
  unreachable: 'A router or the host says that it cannot be reached.',
  silent: 'The host is alive, yet connections get no answer at all: a filter swallows them.',
  dark: 'Connections get no answer, and the host shows no life.',
  one_way: 'The tap does not show the way back: nothing can be said.',
  unknown: 'Too little was seen to say.',
};

function portSection(port, attempts, known) {
  return section(['TCP ', String(port.port), ' ', badge(PORT_STATES, port.state)],
    el('p', {}, MEANING[port.state] ?? '', port.went_dark ? ' It answered before.' : '', port.state_suppressed ? ` The verdict was withheld: ${words(port.state_suppressed)}.` : ''),
    el('div', { class: 'outcomes' }, outcomes(port.handshakes), el('p', { class: 'soft' }, Object.entries(port.handshakes).filter(([, n]) => n > 0).map(([key, n]) => `${count(n)} ${words(key)}`).join(', ') || 'no attempt seen', port.last_answer ? [' · last answer ', when(port.last_answer)] : null, port.silent_since ? [' · silent since ', when(port.silent_since)] : null)),
    attempts.length === 0 ? null : [
      el('h3', {}, 'SYNs that nothing answered', el('small', {}, attempts.length >= 64 ? 'the latest 64 attempts' : plural(attempts.length, 'attempt'))),
      el('div', { class: 'picture' }, synTimeline(attempts, port, pictureWidth())),
      el('details', {}, el('summary', {}, 'As a table'), el('div', { class: 'scroll' }, plain(['Client', 'First SYN', 'Last SYN', 'SYNs', 'Over'], [...attempts].reverse().map((attempt) => [
        link('client', attempt.client, known.get(attempt.client)?.hostname), moment(attempt.first_syn), moment(attempt.last_syn), count(attempt.syns), span((Date.parse(attempt.last_syn) - Date.parse(attempt.first_syn)) / 1000)]), [3]))),
    ]);
}

const pictureWidth = () => Math.max(280, Math.min(1400, document.getElementById('main').clientWidth - (innerWidth < 700 ? 56 : 72)));

export const client = (address) => detail('client', address, (data, badges, body) => {
  const one = data.client;
  const known = new Map(data.servers.map((s) => [s.address, s]));
  const pairs = new Map(data.pairs.map((pair) => [pair.server, pair]));
  const kind = CLIENT_VERDICTS[one.verdict];
  renew(badges, badge(CLIENT_VERDICTS, one.verdict), one.scanner ? el('span', { class: 'badge warn' }, 'Scanner') : null, acceptedBadge(one));
  renew(body,
    el('p', { class: 'lead' }, 'Without SMB1: ', el('b', { class: kind?.tone }, one.without_smb1), '.'),
    facts([...names(one), ['Offers', Object.entries(one.offers).filter(([, n]) => n > 0).map(([offer, n]) => `${words(offer)} ${count(n)}`).join(', ')], ['Dialects', one.dialects.length ? said(one.dialects.join(', ')) : null], ['SMB1 sessions', count(one.smb1_sessions)], ['SMB1 traffic', one.smb1_messages ? `${plural(one.smb1_messages, 'message')}, ${bytes(one.smb1_bytes)}` : null], ['Last SMB1', one.smb1_last_seen ? when(one.smb1_last_seen) : null], ['Unanswered SYNs', one.unanswered_syns ? count(one.unanswered_syns) : null], ['Seen', [moment(one.first_seen), ' to ', moment(one.last_seen)]], ['Evidence', said(one.reason)]]),
    section('Servers it spoke to or tried', one.servers.length === 0 ? el('p', { class: 'soft' }, 'None is known.') : el('div', { class: 'scroll' }, plain(
      ['Server', 'Verdict', 'Port 445', 'SMB1 sessions', 'Refused', 'Last SMB1'],
      one.servers.slice(0, 500).map((address) => {
        const pair = pairs.get(address);
        const s = known.get(address);
        const port = s?.ports.find((p) => p.port === 445);
        return [link('server', address, s?.hostname), [s ? badge(SERVER_VERDICTS, s.verdict) : null, acceptedBadge(pair)], port ? badge(PORT_STATES, port.state) : '', count(pair ? sessions(pair) : 0), count(pair?.smb1_refused ?? 0), when(pair?.last_seen ?? null)];
      }), [3, 4]))));
});

function section(title, ...content) {
  return el('section', { class: 'panel' }, el('h2', {}, title), ...content);
}
