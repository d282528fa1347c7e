// Small pictures. Each says in words what it shows; none is the only place where it is said.

import { el, svg } from './dom.js';
import { clock, count, moment, span } from './format.js';

/** Parts of a whole in one bar. `parts`: `{ label, value, shade }`, the order is that of the bar. */
export function stack(parts, label, height = 14) {
  const shown = parts.filter((part) => part.value > 0);
  const total = shown.reduce((sum, part) => sum + part.value, 0);
  const text = label + ': ' + (shown.map((part) => part.label + ' ' + count(part.value)).join(', ') || 'none');
  const picture = svg('svg', { class: 'stack', viewBox: '0 0 1000 ' + height, preserveAspectRatio: 'none', role: 'img', 'aria-label': text });
  if (total === 0) picture.append(svg('rect', { class: 'shade-none', width: 1000, height }));
  // A part of one in ten thousand must still be seen.
  const least = 8;
  const widths = shown.map((part) => Math.max(least, (part.value / total) * 1000));
  const scale = 1000 / widths.reduce((sum, width) => sum + width, 0);
  let x = 0;
  shown.forEach((part, i) => {
    const width = widths[i] * scale;
    picture.append(
      svg('rect', { class: 'shade-' + part.shade, x: x.toFixed(2), width: Math.max(0.5, i === shown.length - 1 ? width : width - 2).toFixed(2), height },
        svg('title', {}, part.label + ': ' + count(part.value))),
    );
    x += width;
  });
  return picture;
}

/** A line of the last values. */
export function spark(values, label, width = 220, height = 36) {
  const top = Math.max(1, ...values);
  const step = width / Math.max(1, values.length - 1);
  const points = values.map((value, i) => `${(i * step).toFixed(1)},${(height - 2 - (value / top) * (height - 6)).toFixed(1)}`);
  const picture = svg('svg', { class: 'spark', viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': label });
  if (values.length > 1) {
    picture.append(
      svg('polygon', { class: 'area', points: `0,${height} ${points.join(' ')} ${width},${height}` }),
      svg('polyline', { class: 'line', points: points.join(' ') }),
    );
  }
  return picture;
}

/** Columns over a few classes: `{ label, value, shade }`. */
export function columns(parts, label) {
  const top = Math.max(1, ...parts.map((part) => part.value));
  return el('ol', { class: 'columns', 'aria-label': label },
    parts.map((part) =>
      el('li', {},
        el('b', {}, count(part.value)),
        svg('svg', { viewBox: '0 0 10 60', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
          svg('rect', { class: 'shade-' + (part.value ? part.shade : 'none'), x: 0, width: 10, y: 60 - Math.max(1.5, (part.value / top) * 60), height: Math.max(1.5, (part.value / top) * 60) })),
        el('span', {}, part.label))));
}

const LANE = 26;
const TOP = 26;
const MOST_LANES = 14;

/**
 * The attempts that nothing answered, a lane for each client, from the first SYN to the last of each; with the last answer
 * and the time since when the port is silent.
 */
export function synTimeline(attempts, port, width) {
  const lanes = new Map();
  for (const attempt of attempts) {
    if (!lanes.has(attempt.client)) lanes.set(attempt.client, []);
    lanes.get(attempt.client).push(attempt);
  }
  const clients = [...lanes.keys()].slice(-MOST_LANES);
  const first = Math.min(...attempts.map((a) => Date.parse(a.first_syn)));
  const last = Math.max(...attempts.map((a) => Date.parse(a.last_syn)));
  const answer = port.last_answer ? Date.parse(port.last_answer) : 0;
  const now = clock.now();
  const length = Math.max(last - first, 1000);
  // The answer before the first attempt and the time until now belong into the picture, as far as they leave room.
  const start = (answer && answer < first && first - answer < 2 * length ? answer : first) - length * 0.04;
  const end = Math.min(Math.max(now, last), last + length * 0.5) + length * 0.02;
  const left = Math.min(150, width * 0.3);
  const right = width - 12;
  const x = (t) => left + ((t - start) / (end - start)) * (right - left);
  const height = TOP + clients.length * LANE + 24;
  const repeated = attempts.reduce((sum, a) => sum + a.syns - 1, 0);
  const picture = svg('svg', {
    class: 'timeline', viewBox: `0 0 ${width} ${height}`, width, height, role: 'img',
    'aria-label': `${count(attempts.length)} unanswered attempts of ${count(lanes.size)} clients with ${count(repeated)} repeated SYNs between ${moment(first)} and ${moment(last)}`,
  });
  if (port.silent_since) {
    const from = Math.max(left, x(Date.parse(port.silent_since)));
    picture.append(svg('rect', { class: 'silence', x: from, y: TOP - 8, width: Math.max(1, right - from), height: height - TOP - 14 }));
    picture.append(svg('text', { class: 'mark bad', x: Math.min(from, right - 60), y: 12 }, 'silent'));
  }
  if (answer >= start && answer <= end) {
    picture.append(
      svg('line', { class: 'answer', x1: x(answer), x2: x(answer), y1: TOP - 8, y2: height - 22 }),
      svg('text', { class: 'mark good', x: Math.max(82, x(answer) + 1), y: 12, 'text-anchor': 'end' }, 'last answer'),
    );
  }
  for (const tick of ticks(start, end, Math.max(2, Math.floor((right - left) / 110)))) {
    picture.append(
      svg('line', { class: 'grid', x1: x(tick), x2: x(tick), y1: TOP - 8, y2: height - 22 }),
      svg('text', { class: 'axis', x: x(tick), y: height - 6, 'text-anchor': 'middle' }, axisText(tick, end - start)),
    );
  }
  clients.forEach((client, lane) => {
    const y = TOP + lane * LANE + LANE / 2;
    picture.append(svg('text', { class: 'lane', x: 0, y: y + 4 }, client.length > 20 ? client.slice(0, 19) + '…' : client));
    picture.append(svg('line', { class: 'rail', x1: left, x2: right, y1: y, y2: y }));
    lanes.get(client).forEach((attempt, i, all) => {
      const from = x(Date.parse(attempt.first_syn));
      const to = Math.max(from, x(Date.parse(attempt.last_syn)));
      const g = svg('g', { class: 'attempt' },
        svg('title', {}, `${client}: ${count(attempt.syns)} SYNs in ${span((Date.parse(attempt.last_syn) - Date.parse(attempt.first_syn)) / 1000)}, from ${moment(attempt.first_syn)}`),
        svg('line', { x1: from, x2: Math.max(to, from + 1), y1: y, y2: y }),
        svg('circle', { cx: from, cy: y, r: 4 }));
      if (to - from > attempt.syns * 9) {
        // Where the repeated ones were is not kept, only how many and until when: TCP doubles its waiting, so they do here.
        for (let n = 1; n < attempt.syns; n++) {
          const part = (2 ** n - 1) / (2 ** (attempt.syns - 1) - 1);
          g.append(svg('circle', { class: 'again', cx: from + (to - from) * part, cy: y, r: 2.6 }));
        }
      } else if (i === all.length - 1 || x(Date.parse(all[i + 1].first_syn)) - to > 30) {
        g.append(svg('text', { class: 'times', x: to + 6, y: y + 4 }, count(attempt.syns) + '×'));
      }
      picture.append(g);
    });
  });
  return picture;
}

function ticks(start, end, most) {
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 172800, 604800].map((s) => s * 1000);
  const step = steps.find((s) => (end - start) / s <= most) ?? 2_592_000_000;
  const offset = new Date(start).getTimezoneOffset() * 60_000;
  const result = [];
  for (let t = Math.ceil((start - offset) / step) * step + offset; t <= end; t += step) result.push(t);
  return result;
}

function axisText(t, length) {
  const text = moment(t);
  if (length > 2 * 86_400_000) return text.slice(5, 10);
  return length > 600_000 ? text.slice(11, 16) : text.slice(11, 19);
}
