// Clients, servers and ports: long lists to sort, narrow down, link and take away.

import { stack } from './charts.js';
import { el, printable, said } from './dom.js';
import { CLIENT_VERDICTS, PORT_STATES, READINESS, SERVER_VERDICTS, addressKey, badge, count, when } from './format.js';
import { current, hostHref, refine } from './route.js';
import { PAGE, Pager, Table } from './table.js';

const address = (kind) => ({
  key: 'address', label: 'Address', text: true, sort: (row) => addressKey(row.address), class: 'address',
  cell: (row) => [el('a', { class: 'mono', href: hostHref(kind, row.address) }, row.address), row.hostname ? [' ', said(row.hostname, { class: 'name' })] : null],
});
const device = { key: 'device', label: 'Says it is', text: true, level: 2, class: 'device', sort: (row) => row.native_os?.toLowerCase() ?? null, cell: deviceText };
const time = (key, label, level) => ({ key: key.replace('smb1_', '').replace('_seen', ''), label, level, class: 'nowrap', sort: (row) => row[key], cell: (row) => when(row[key]) });

/** What a device says of itself, and its MAC. */
export function deviceText(row) {
  const parts = [row.native_os, row.native_lanman].filter(Boolean);
  return [
    parts.map((part, i) => [i ? ' · ' : null, said(part)]),
    row.mac ? [parts.length ? ' ' : null, el('span', { class: 'mono soft' }, row.mac)] : null,
  ];
}

/** A count that recedes where there is nothing to see. */
const quantity = (n) => (n === 0 ? el('span', { class: 'soft' }, '0') : count(n));

const rank = (kinds, key) => Object.keys(kinds).indexOf(key);

/** Somebody has taken responsibility for this SMB1: of a client, of a server, of one with the other. */
export const acceptedBadge = (row) => (row?.accepted ? [' ', el('span', { class: 'badge', title: printable(`${row.accepted.owner}: ${row.accepted.reason}`) }, 'Accepted')] : null);

const acceptedWords = (row) => (row.accepted ? `accepted ${row.accepted.owner} ${row.accepted.reason}` : '');

export const clients = () => list({
  title: 'Clients', path: 'clients', rowsOf: (data) => data.clients, order: 'verdict',
  filters: [{ key: 'verdict', label: 'Verdict', kinds: CLIENT_VERDICTS, of: (row) => [row.verdict] }],
  columns: [
    address('client'),
    { key: 'verdict', label: 'Verdict', text: true, sort: (row) => rank(CLIENT_VERDICTS, row.verdict), cell: (row) => [badge(CLIENT_VERDICTS, row.verdict), row.scanner ? [' ', el('span', { class: 'badge warn' }, 'Scanner')] : null, acceptedBadge(row)] },
    { key: 'effect', label: 'Without SMB1', level: 3, text: true, cell: (row) => row.without_smb1 },
    { key: 'reason', label: 'Because', level: 3, class: 'reason', text: true, cell: (row) => el('div', { class: 'clamp', title: printable(row.reason) }, said(row.reason)) },
    device,
    { key: 'sessions', label: 'SMB1 sessions', number: true, level: 3, sort: (row) => row.smb1_sessions, cell: (row) => quantity(row.smb1_sessions) },
    { key: 'servers', label: 'Servers', number: true, level: 3, sort: (row) => row.servers.length, cell: (row) => quantity(row.servers.length) },
    time('smb1_last_seen', 'Last SMB1'),
  ],
  haystack: (row) => [row.address, row.hostname, row.domain, row.native_os, row.native_lanman, row.mac, ...(row.seen_in || []), row.reason, row.scanner ? 'scanner' : '', acceptedWords(row)],
  csv: ['address', 'verdict', 'without_smb1', 'reason', 'hostname', 'domain', 'native_os', 'native_lanman', 'mac', 'vlan', 'seen_in', 'smb1_sessions', 'smb1_refused', 'smb1_first_seen', 'smb1_last_seen', 'first_seen', 'last_seen', 'scanner', 'unanswered_syns', 'servers'],
});

export const servers = () => list({
  title: 'Servers', path: 'servers', rowsOf: (data) => data.servers, order: 'ready',
  filters: [
    { key: 'readiness', label: 'SMB1 off', kinds: READINESS, of: (row) => [row.readiness] },
    { key: 'verdict', label: 'Verdict', kinds: SERVER_VERDICTS, of: (row) => [row.verdict] },
  ],
  columns: [
    address('server'),
    { key: 'ready', label: 'SMB1 off', text: true, sort: (row) => rank(READINESS, row.readiness), cell: (row) => [badge(READINESS, row.readiness), acceptedBadge(row)] },
    { key: 'dependents', label: 'Dependents', number: true, sort: (row) => row.dependent_clients.length, cell: (row) => quantity(row.dependent_clients.length) },
    { key: 'verdict', label: 'Verdict', text: true, level: 3, sort: (row) => rank(SERVER_VERDICTS, row.verdict), cell: (row) => badge(SERVER_VERDICTS, row.verdict) },
    { key: 'reason', label: 'Because', level: 2, class: 'reason', text: true, cell: (row) => el('div', { class: 'clamp', title: printable(row.reason) }, said(row.reason)) },
    { key: 'state', label: 'Port 445', text: true, level: 3, sort: (row) => rank(PORT_STATES, row.ports.find((p) => p.port === 445)?.state), cell: (row) => portBadge(row, 445) },
    device,
    time('smb1_last_seen', 'Last SMB1', 3),
  ],
  haystack: (row) => [row.address, row.hostname, row.domain, row.native_os, row.native_lanman, row.mac, ...(row.seen_in || []), row.reason, acceptedWords(row), ...row.dependent_clients],
  csv: ['address', 'verdict', 'readiness', 'reason', 'hostname', 'domain', 'native_os', 'native_lanman', 'mac', 'vlan', 'seen_in', 'signing', 'smb1_first_seen', 'smb1_last_seen', 'first_seen', 'last_seen', 'last_life', 'dependent_clients'],
});

function portBadge(row, number) {
  const port = row.ports.find((one) => one.port === number);
  return port ? badge(PORT_STATES, port.state) : '';
}

const OUTCOMES = [
  ['answered', 'good'], ['refused', 'cold'], ['unreachable', 'warn'], ['unanswered', 'bad'], ['one_way', 'cold2'], ['aborted', 'none'], ['pending', 'none']];

/** How the attempts at a port ended. */
export function outcomes(handshakes) {
  return stack(OUTCOMES.map(([key, shade]) => ({ label: key.replace('_', ' '), value: handshakes[key], shade })), 'Attempts', 10);
}

export const ports = () => list({
  title: 'Port states', path: 'servers', order: 'state', item: 'ports',
  rowsOf: (data) => data.servers.flatMap((server) => server.ports.map((port) => ({ ...port, id: server.address + ' ' + port.port, address: server.address, hostname: server.hostname, last_life: server.last_life }))),
  id: (row) => row.id,
  filters: [
    { key: 'state', label: 'State', kinds: PORT_STATES, of: (row) => [row.state] },
    { key: 'port', label: 'Port', kinds: { 445: { text: '445', tone: '' }, 139: { text: '139', tone: '' } }, of: (row) => [String(row.port)] },
  ],
  columns: [
    address('server'),
    { key: 'port', label: 'Port', number: true, sort: (row) => row.port, cell: (row) => String(row.port) },
    { key: 'state', label: 'State', text: true, sort: (row) => rank(PORT_STATES, row.state), cell: (row) => [badge(PORT_STATES, row.state), row.went_dark ? [' ', el('span', { class: 'soft' }, 'answered before')] : null, row.state_suppressed ? [' ', el('span', { class: 'soft' }, 'withheld: ' + row.state_suppressed.replaceAll('_', ' '))] : null] },
    { key: 'since', label: 'Silent since', level: 3, class: 'nowrap', sort: (row) => row.silent_since, cell: (row) => when(row.silent_since) },
    { key: 'attempts', label: 'How attempts ended', level: 3, class: 'bar', sort: (row) => total(row.handshakes), cell: (row) => el('span', { class: 'barred' }, outcomes(row.handshakes), el('span', { class: 'number' }, count(total(row.handshakes)))) },
    { key: 'syns', label: 'Unanswered SYNs', number: true, level: 2, sort: (row) => row.unanswered_syns, cell: (row) => quantity(row.unanswered_syns) },
    { key: 'again', label: 'SYNs repeated', number: true, level: 2, sort: (row) => row.syn_retransmissions, cell: (row) => quantity(row.syn_retransmissions) },
    { key: 'last', label: 'Last answer', class: 'nowrap', sort: (row) => row.last_answer, cell: (row) => when(row.last_answer) },
  ],
  haystack: (row) => [row.address, row.hostname, ':' + row.port],
  csv: ['address', 'hostname', 'port', 'state', 'state_suppressed', 'silent_since', 'went_dark', 'last_answer', 'last_life', 'unanswered_syns', 'syn_retransmissions'],
});

const total = (handshakes) => Object.values(handshakes).reduce((a, b) => a + b, 0);

/** A list with its filters, table, pages and downloads. */
function list({ title, path, item = path, rowsOf, id = (row) => row.address, order, filters, columns, haystack, csv }) {
  let rows = [];
  let shown = [];
  let timer = 0;
  const search = el('input', { type: 'search', id: 'q', autocomplete: 'off', spellcheck: 'false', placeholder: 'address, name, system, MAC', 'aria-keyshortcuts': '/', maxlength: 200,
    oninput: () => { refine({ q: search.value, page: null }); draw(true); } });
  const groups = filters.map((filter) => group(filter, () => draw(true)));
  const table = new Table({ caption: title, columns, id, onSort: (key) => { refine({ sort: key, page: null }); draw(true); } });
  const pager = new Pager((page) => { refine({ page: page > 1 ? page : null }); draw(); table.node.scrollIntoView({ block: 'start' }); });
  const empty = el('p', { class: 'empty', hidden: true });
  const tally = el('span', { class: 'tally' });
  const save = (kind) => el('button', { type: 'button', class: 'quiet', onclick: () => download(kind) }, kind.toUpperCase(), el('span', { class: 'hidden' }, ' of what is shown'));
  const node = el('div', {},
    el('div', { class: 'headrow' }, el('h1', { tabindex: '-1' }, title), tally, el('span', { class: 'downloads' }, el('span', { class: 'soft' }, 'Download'), save('csv'), save('json'))),
    el('form', { class: 'filters', role: 'search', 'aria-label': title, onsubmit: (event) => event.preventDefault() },
      el('label', { class: 'search' }, el('span', { class: 'hidden' }, 'Find'), search),
      groups.map((one) => one.node)),
    el('div', { class: 'scroll' }, table.node),
    empty,
    pager.node);

  function draw(changed = false) {
    const { params } = current();
    const text = (params.get('q') ?? '').trim().toLowerCase();
    if (document.activeElement !== search) search.value = params.get('q') ?? '';
    const terms = text.split(/\s+/).filter(Boolean);
    let matching = rows;
    if (terms.length) matching = matching.filter((row) => terms.every((term) => (row[HAY] ??= haystack(row).filter(Boolean).map(printable).join('\n').toLowerCase()).includes(term)));
    for (const one of groups) one.count(matching);
    for (const one of groups) matching = one.apply(matching, params);
    const by = params.get('sort') ?? order;
    table.showOrder(by);
    shown = table.sorted(matching, by);
    const first = pager.show(Number(params.get('page')) || 1, shown.length);
    table.show(shown.slice(first, first + PAGE));
    table.node.parentElement.hidden = shown.length === 0;
    empty.hidden = shown.length > 0;
    empty.textContent = rows.length === 0 ? 'Nothing seen yet.' : 'Nothing matches.';
    const words = shown.length === rows.length ? count(rows.length) : `${count(shown.length)} of ${count(rows.length)}`;
    tally.textContent = words;
    if (changed) {
      clearTimeout(timer);
      timer = setTimeout(() => { document.getElementById('announce').textContent = words + ' shown'; }, 500);
    }
  }

  function download(kind) {
    const plainRows = shown.map(({ ...row }) => row);
    const text = kind === 'json' ? JSON.stringify({ [item]: plainRows }, null, 1) + '\n' : asCsv(csv, plainRows);
    const url = URL.createObjectURL(new Blob([text], { type: kind === 'json' ? 'application/json' : 'text/csv;charset=utf-8' }));
    el('a', { href: url, download: `tap445-${item}.${kind}` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }

  return { title, node, paths: () => [path], refresh: () => draw(), search, update: (data) => { rows = rowsOf(data); draw(); } };
}

const HAY = Symbol('what a row is found by');

/** Kinds to choose from, each with how many there are; none chosen means all. */
function group({ key, label, kinds, of }, changed) {
  const boxes = new Map();
  const node = el('fieldset', {}, el('legend', {}, label), Object.keys(kinds).map((kind) => {
    const box = el('input', { type: 'checkbox', value: kind, onchange: () => {
      refine({ [key]: [...boxes].filter(([, one]) => one.box.checked).map(([name]) => name).join(','), page: null });
      changed();
    } });
    const number = el('span', { class: 'number' });
    const chip = el('label', { class: 'chip ' + kinds[kind].tone }, box, el('span', {}, kinds[kind].text), number);
    boxes.set(kind, { box, number, chip });
    return chip;
  }));
  return {
    node,
    count(rows) {
      const totals = new Map();
      for (const row of rows) for (const kind of of(row)) totals.set(kind, (totals.get(kind) ?? 0) + 1);
      for (const [kind, one] of boxes) {
        one.number.textContent = count(totals.get(kind) ?? 0);
        one.chip.hidden = !totals.get(kind) && !one.box.checked;
      }
    },
    apply(rows, params) {
      const chosen = new Set((params.get(key) ?? '').split(',').filter((kind) => boxes.has(kind)));
      for (const [kind, one] of boxes) {
        one.box.checked = chosen.has(kind);
        if (chosen.has(kind)) one.chip.hidden = false;
      }
      return chosen.size === 0 ? rows : rows.filter((row) => of(row).some((kind) => chosen.has(kind)));
    },
  };
}

/** RFC 4180; what a spreadsheet would take for a formula is marked as text. */
function asCsv(keys, rows) {
  const cell = (value) => {
    const text = value === null || value === undefined ? '' : Array.isArray(value) ? value.join(' ') : typeof value === 'string' ? printable(value) : String(value);
    const harmless = /^[=+\-@]/.test(text) ? "'" + text : text;
    return /[",\r\n']/.test(harmless) ? '"' + harmless.replaceAll('"', '""') + '"' : harmless;
  };
  return [keys, ...rows.map((row) => keys.map((key) => row[key]))].map((line) => line.map(cell).join(',') + '\r\n').join('');
}
