// Shows the view that the address names, and keeps it fresh.

import { onState, setPaused, watch } from './data.js';
import { client, server } from './detail.js';
import { el, renew } from './dom.js';
import { estate } from './estate.js';
import { moment, short } from './format.js';
import { clients, ports, servers } from './lists.js';
import { current } from './route.js';
import { history, sensor } from './sensor.js';

const main = document.getElementById('main');
const status = document.getElementById('status');
const trouble = document.getElementById('trouble');
const pause = document.getElementById('pause');
const VIEWS = { estate, clients, servers, ports, sensor };
let shown = null;
let stop = () => {};

function make({ view, of }) {
  if (view === 'server' && of) return server(of);
  if (view === 'client' && of) return client(of);
  if (Object.hasOwn(VIEWS, view)) return VIEWS[view]();
  return { title: 'Not found', node: el('div', {}, el('h1', { tabindex: '-1' }, 'There is no such view'), el('p', {}, el('a', { href: '#/' }, 'The estate at a glance'))), paths: () => [], update() {} };
}

function show(first) {
  const route = current();
  const key = route.view + '/' + (route.of ?? '');
  if (shown?.key === key) {
    shown.view.refresh?.(); // its parameters changed
    return;
  }
  stop();
  const view = make(route);
  shown = { key, view };
  main.replaceChildren(view.node);
  document.title = view.title + ' · tap445';
  for (const a of document.querySelectorAll('#nav a')) {
    const target = a.getAttribute('href').slice(2) || 'estate';
    if (target === route.view || target === route.view + 's') a.setAttribute('aria-current', 'page');
    else a.removeAttribute('aria-current');
  }
  if (!first) {
    scrollTo(0, 0);
    view.node.querySelector('h1')?.focus({ preventScroll: true });
  }
  const paths = view.paths();
  if (paths.length) {
    stop = watch(paths, (...values) => {
      if (paths[0] === 'summary') history.take(values[0]);
      main.removeAttribute('aria-busy');
      view.update(...values);
    });
  }
}

watch(['summary'], (summary) => {
  history.take(summary);
  document.getElementById('version').textContent = 'tap445 ' + summary.version;
});

onState(({ paused, trouble: problem, lastAnswer }) => {
  const rate = history.rates().at(-1);
  status.className = 'state ' + (problem ? 'bad' : paused ? 'mute' : 'good');
  renew(status, problem ? 'no answer' : paused ? 'paused' : rate === undefined ? 'live' : ['live ', el('span', { class: 'rate' }, `${short(Math.round(rate))} packets/s`)]);
  trouble.hidden = !problem;
  const text = problem ? `No fresh data: ${problem}.${lastAnswer ? ' What is shown is of ' + moment(lastAnswer) + '.' : ''} Trying again.` : '';
  if (trouble.textContent !== text) trouble.textContent = text;
});

pause.addEventListener('click', () => {
  const paused = pause.getAttribute('aria-pressed') !== 'true';
  pause.setAttribute('aria-pressed', String(paused));
  setPaused(paused);
});

addEventListener('keydown', (event) => {
  if (event.key === '/' && !event.ctrlKey && !event.metaKey && !event.altKey && !/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? '')) {
    const search = document.getElementById('q');
    if (search) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  }
});

document.querySelector('.skip').addEventListener('click', (event) => {
  event.preventDefault(); // the fragment is the view
  main.focus();
});
addEventListener('hashchange', () => show(false));
main.setAttribute('aria-busy', 'true');
show(true);
