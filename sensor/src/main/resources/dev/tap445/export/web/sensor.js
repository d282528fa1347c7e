// The sensor itself: what came in, what was lost where.

import { spark } from './charts.js';
import { el, renew, said } from './dom.js';
import { bytes, clock, count, short, when, words } from './format.js';

const KEPT = 150;

/** Packets a second, as this page saw them go by. */
export const history = {
  samples: [],
  take(summary) {
    clock.set(summary.now);
    const at = Date.parse(summary.now);
    const last = this.samples.at(-1);
    if (last && (at <= last.at || summary.capture.packets < last.packets)) {
      if (summary.capture.packets < last.packets) this.samples = []; // started anew
      else return;
    }
    this.samples.push({ at, packets: summary.capture.packets });
    if (this.samples.length > KEPT) this.samples.shift();
  },
  rates() {
    return this.samples.slice(1).map((sample, i) => ((sample.packets - this.samples[i].packets) * 1000) / (sample.at - this.samples[i].at));
  },
};

export function sensor() {
  const facts = el('div', { class: 'strip' });
  const sources = el('div', { class: 'scroll' });
  const workers = el('div', { class: 'scroll' });
  const losses = el('div', { class: 'halves' });
  return {
    title: 'Sensor',
    node: el('div', {},
      el('h1', { tabindex: '-1' }, 'Sensor'),
      facts,
      el('section', { class: 'panel' }, el('h2', {}, 'Sources'), sources),
      el('section', { class: 'panel' }, el('h2', {}, 'Workers'), workers),
      losses),
    paths: () => ['summary', 'sensor'],
    update(summary, data) {
      const rates = history.rates();
      const capture = data.capture;
      renew(facts,
        tile('Version', summary.version),
        tile('State', summary.ready ? 'ready' : 'starting', summary.ready ? 'good' : 'warn'),
        el('span', { class: 'tile wide' }, el('span', { class: 'soft' }, 'Packets a second'), rates.length > 1 ? [spark(rates, 'Packets a second over the last minutes'), el('b', {}, short(Math.round(rates.at(-1))))] : el('span', { class: 'soft' }, 'measuring')),
        tile('Packets', short(capture.packets)),
        tile('Captured', bytes(capture.bytes)),
        el('span', { class: 'tile' }, el('span', { class: 'soft' }, 'Last packet'), el('b', {}, when(capture.last))),
        tile('Hosts', short(data.hosts)));
      renew(sources, plain(['Source', 'State', 'Packets', 'Bytes', 'Kernel drops', 'Interface drops', 'Last packet'], data.interfaces.map((one) => [
        said(one.name), el('span', { class: 'badge ' + (one.up ? 'good' : 'mute') }, one.up ? 'Delivering' : 'Ended'), count(one.packets), bytes(one.bytes), loss(one.kernel_drops), loss(one.interface_drops), when(one.last_packet)]), [2, 3, 4, 5]));
      renew(workers, plain(['Worker', 'Ring fill', 'Ring drops', 'Flows', 'Flows given up', 'Observations lost'], data.workers.map((one) => [
        count(one.worker), meter(one.ring_fill_ratio), loss(one.ring_drops), count(one.flows), loss(one.flow_evictions), loss(Object.values(one.observations_dropped).reduce((a, b) => a + b, 0))]), [2, 3, 4, 5]));
      renew(losses,
        counts('Lost, by place', capture.losses, 'Nothing was lost.'),
        counts('Not decoded, by reason', capture.decode_failures, 'Every packet was decoded.'),
        counts('Silent verdicts withheld, by reason', capture.suppressed_verdicts, 'No verdict was withheld.'),
        counts('Peculiarities of the feed', { duplicates: capture.duplicates, one_way_flows: capture.one_way_flows, truncated: capture.truncated, hosts_evicted: capture.hosts_evicted }, 'None seen.'),
        capture.source_errors.length ? el('section', { class: 'panel' }, el('h2', {}, 'Sources that ended early'), el('ul', {}, capture.source_errors.map((error) => el('li', {}, said(error))))) : null);
    },
  };
}

function tile(label, text, tone = '') {
  return el('span', { class: 'tile' }, el('span', { class: 'soft' }, label), el('b', { class: tone || null }, text));
}

const loss = (n) => el('span', { class: n > 0 ? 'bad strong' : null }, count(n));

function meter(ratio) {
  return el('span', { class: 'fill' }, el('meter', { min: 0, max: 1, high: 0.8, optimum: 0, value: ratio.toFixed(3), 'aria-label': 'Ring fill' }), ' ' + Math.round(ratio * 100) + ' %');
}

/** A small table without sorting. */
export function plain(heads, rows, numbers = []) {
  const kind = (i) => (numbers.includes(i) ? 'number' : null);
  return el('table', { class: 'rows' },
    el('thead', {}, el('tr', {}, heads.map((head, i) => el('th', { scope: 'col', class: kind(i) }, head)))),
    el('tbody', {}, rows.map((row) => el('tr', {}, row.map((cell, i) => el(i === 0 ? 'th' : 'td', { scope: i === 0 ? 'row' : null, class: kind(i) }, cell))))));
}

function counts(title, values, none) {
  const some = Object.entries(values).filter(([, n]) => n > 0).sort((a, b) => b[1] - a[1]);
  return el('section', { class: 'panel' }, el('h2', {}, title),
    some.length === 0 ? el('p', { class: 'soft' }, none) : el('dl', { class: 'counts' }, some.flatMap(([key, n]) => [el('dt', {}, words(key)), el('dd', {}, count(n))])));
}
