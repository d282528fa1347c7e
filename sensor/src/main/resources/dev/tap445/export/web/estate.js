// The estate at a glance: the two questions, answered first in words.

import { columns, spark, stack } from './charts.js';
import { el, renew, said } from './dom.js';
import { CLIENT_VERDICTS, PORT_STATES, READINESS, addressKey, badge, count, plural, short, when } from './format.js';
import { history } from './sensor.js';
import { hostHref, href } from './route.js';

const MOST = 8;
const SHADES = {
  clients: { smb1_only: 'bad', mixed: 'bad2', smb1_in_use: 'warn', smb1_offered: 'good2', smb2_only: 'good', unknown: 'none' },
  servers: { not_ready: 'bad', ready: 'good', unknown: 'none' },
  ports: { silent: 'bad', dark: 'bad2', unreachable: 'warn', refusing: 'cold', one_way: 'cold2', unknown: 'none', answering: 'good' },
};

export function estate() {
  const headline = el('div', { class: 'headline' });
  const smb1 = el('div');
  const ports = el('div');
  const feed = el('div', { class: 'strip' });
  const node = el('div', { class: 'estate' },
    el('h1', { class: 'hidden', tabindex: '-1' }, 'The estate at a glance'),
    headline,
    el('div', { class: 'halves' },
      el('section', { class: 'panel', 'aria-labelledby': 'q1' }, el('h2', { id: 'q1' }, 'Who still speaks SMB1'), smb1),
      el('section', { class: 'panel', 'aria-labelledby': 'q2' }, el('h2', { id: 'q2' }, 'Where TCP 445 is silent'), ports)),
    feed);
  return {
    title: 'Estate',
    node,
    paths: () => ['summary', 'clients?verdict=smb1_only,mixed,smb1_in_use', 'servers?readiness=not_ready', 'servers?state=silent,dark'],
    update(summary, clients, waiting, silent) {
      renew(headline, sentence(summary));
      renew(smb1, speakers(summary, clients.clients, waiting.servers));
      renew(ports, silence(summary, silent.servers));
      renew(feed, strip(summary));
    },
  };
}

const link = (view, params, ...text) => el('a', { href: href(view, params) }, ...text);

function sentence({ summary }) {
  const c = summary.clients;
  const breaking = (c.smb1_only ?? 0) + (c.mixed ?? 0);
  const depending = c.smb1_in_use ?? 0;
  const known = Object.values(summary.servers).reduce((a, b) => a + b, 0) - (summary.servers.unknown ?? 0);
  const ready = summary.servers.ready ?? 0;
  const quiet = (summary.ports.silent ?? 0) + (summary.ports.dark ?? 0);
  return [
    el('p', {},
      breaking + depending === 0
        ? 'Nothing seen would break without SMB1. '
        : ['Without SMB1, ', link('clients', { verdict: 'smb1_only,mixed' }, el('b', { class: breaking ? 'bad' : 'good' }, plural(breaking, 'client'))), breaking === 1 ? ' breaks' : ' break',
          depending ? [' and ', link('clients', { verdict: 'smb1_in_use' }, el('b', { class: 'warn' }, count(depending))), depending === 1 ? ' depends on its server' : ' depend on their servers'] : null, '. '],
      known === 0 ? 'No server was seen answering yet. ' : [link('servers', { readiness: 'ready' }, el('b', { class: ready === known ? 'good' : '' }, `${count(ready)} of ${plural(known, 'server')}`)), ready === 1 && known === 1 ? ' is' : ready === 1 ? ' is' : ' are', ' ready to have it switched off. '],
      quiet === 0 ? 'No watched port is silent.' : [link('ports', { state: 'silent,dark' }, el('b', { class: 'bad' }, plural(quiet, 'port'))), quiet === 1 ? ' swallows' : ' swallow', ' connections without a word.']),
  ];
}

/** A bar, and its parts as a list of links. */
function breakdown(title, kinds, counts, shades, view, parameter) {
  const parts = Object.keys(kinds).map((key) => ({ key, label: kinds[key].text, value: counts[key] ?? 0, shade: shades[key] }));
  return el('div', { class: 'breakdown' },
    el('h3', {}, title),
    stack(parts, title),
    el('ul', { class: 'legend' }, parts.filter((part) => part.value > 0).map((part) =>
      el('li', {}, el('a', { href: href(view, { [parameter]: part.key }) },
        el('i', { class: 'swatch shade-' + part.shade, 'aria-hidden': 'true' }), part.label, ' ', el('b', {}, count(part.value)))))));
}

function speakers(data, clients, servers) {
  const last = clients.filter((c) => c.smb1_last_seen).sort((a, b) => (a.smb1_last_seen < b.smb1_last_seen ? 1 : -1));
  const first = servers.sort((a, b) => a.dependent_clients.length - b.dependent_clients.length || (a.address < b.address ? -1 : 1));
  const ages = data.smb1_last_use;
  return [
    breakdown('Clients', CLIENT_VERDICTS, data.summary.clients, SHADES.clients, 'clients', 'verdict'),
    breakdown('Servers', READINESS, data.summary.servers, SHADES.servers, 'servers', 'readiness'),
    el('h3', {}, 'Last SMB1 of each client that used it'),
    columns([
      { label: 'last hour', value: ages.hour, shade: 'bad' },
      { label: '24 hours', value: ages.day, shade: 'bad2' },
      { label: '7 days', value: ages.week, shade: 'warn' },
      { label: '30 days', value: ages.month, shade: 'cold' },
      { label: 'before', value: ages.older, shade: 'cold2' },
    ], 'Clients by the time since their last SMB1'),
    short1('In its way', 'Servers closest to ready first', first, (server) => [
      host('server', server),
      el('span', { class: 'grow soft' }, plural(server.dependent_clients.length, 'client') + (server.dependent_clients.length === 1 ? ' depends' : ' depend') + ' on SMB1'),
      when(server.smb1_last_seen)], 'servers', { readiness: 'not_ready' }, 'No server has dependent clients.'),
    short1('Still using it', 'Latest first', last, (client) => [
      host('client', client),
      el('span', { class: 'grow' }, badge(CLIENT_VERDICTS, client.verdict)),
      when(client.smb1_last_seen)], 'clients', { verdict: 'smb1_only,mixed,smb1_in_use' }, 'No client was seen using SMB1.'),
  ];
}

function silence(data, servers) {
  const rows = servers.flatMap((server) => server.ports
    .filter((port) => port.state === 'silent' || port.state === 'dark')
    .map((port) => ({ server, port })))
    .sort((a, b) => (a.port.state === b.port.state ? (addressKey(a.server.address) < addressKey(b.server.address) ? -1 : 1) : a.port.state === 'silent' ? -1 : 1));
  const went = data.summary.went_dark;
  return [
    breakdown('Watched ports', PORT_STATES, data.summary.ports, SHADES.ports, 'ports', 'state'),
    went ? el('p', { class: 'note bad' }, plural(went, 'port'), ' answered before and went dark.') : null,
    short1('Not answering', 'Silent hosts are alive, dark ones show no life', rows, ({ server, port }) => [
      host('server', server, port.port === 445 ? '' : ':' + port.port),
      el('span', { class: 'grow' }, badge(PORT_STATES, port.state), ' ', el('span', { class: 'soft' }, plural(port.unanswered_syns, 'SYN'), ' unanswered')),
      port.silent_since ? el('span', {}, 'since ', when(port.silent_since)) : when(port.last_answer)], 'ports', { state: 'silent,dark' }, 'Every port that was tried gave an answer of some kind.'),
    Object.keys(data.capture.suppressed_verdicts).length
      ? el('p', { class: 'note' }, 'Withheld because the sensor could not see well enough: ', Object.entries(data.capture.suppressed_verdicts).map(([reason, n]) => `${reason.replaceAll('_', ' ')} ${count(n)}`).join(', '), '. ', link('sensor', {}, 'Look at the sensor'))
      : null,
    data.summary.scanners ? el('p', { class: 'note' }, link('clients', { q: 'scanner' }, plural(data.summary.scanners, 'scanner')), ' seen; attempts of scanners are no evidence against servers.') : null,
  ];
}

/** The first rows of a list that is elsewhere. */
function short1(title, hint, rows, cells, view, params, empty) {
  return el('div', { class: 'short' },
    el('h3', {}, title, rows.length ? el('small', {}, hint) : null),
    rows.length === 0 ? el('p', { class: 'soft' }, empty) : el('ul', {}, rows.slice(0, MOST).map((row) => el('li', {}, cells(row)))),
    rows.length > MOST ? link(view, params, `all ${count(rows.length)}`) : null);
}

function host(kind, one, suffix = '') {
  return el('a', { class: 'host', href: hostHref(kind, one.address) }, el('span', { class: 'mono' }, one.address + suffix), one.hostname ? [' ', said(one.hostname)] : null);
}

function strip({ capture }) {
  const rates = history.rates();
  const lost = Object.entries(capture.losses).filter(([place, n]) => n > 0 && place !== 'flow_evictions');
  return [
    el('a', { class: 'tile', href: '#/sensor' }, el('span', { class: 'soft' }, 'Packets'), el('b', {}, short(capture.packets))),
    el('span', { class: 'tile wide' }, el('span', { class: 'soft' }, 'Packets a second'), rates.length > 1 ? spark(rates, 'Packets a second over the last minutes') : el('span', { class: 'soft' }, 'measuring'), rates.length > 1 ? el('b', {}, short(Math.round(rates.at(-1)))) : null),
    el('a', { class: 'tile', href: '#/sensor' }, el('span', { class: 'soft' }, 'Lost'), lost.length === 0 ? el('b', { class: 'good' }, 'none') : el('b', { class: 'bad' }, short(lost.reduce((sum, [, n]) => sum + n, 0)))),
    el('span', { class: 'tile' }, el('span', { class: 'soft' }, 'Last packet'), el('b', {}, when(capture.last))),
    capture.one_way_flows ? el('a', { class: 'tile', href: '#/sensor' }, el('span', { class: 'soft' }, 'One-way flows'), el('b', { class: 'warn' }, short(capture.one_way_flows))) : null,
  ];
}
