// The API, asked again and again while somebody looks. What is expensive is asked for less often.

const LEAST = 2_000;
const MOST = 60_000;
const PATIENCE = 30_000;
/** The page may take one part in this many of the time. */
const SHARE = 15;

const held = new Map();
const listeners = new Set();
const wakers = new Set();
let paused = false;
let lastAnswer = 0;
let trouble = null;

/** Calls back on every change of the state of the connection: `{ paused, trouble, lastAnswer }`. */
export function onState(listener) {
  listeners.add(listener);
}

function tell() {
  for (const listener of listeners) listener({ paused, trouble, lastAnswer });
}

async function fetchOnce(path) {
  const before = held.get(path);
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), PATIENCE);
  try {
    const response = await fetch('/api/v1/' + path, {
      headers: before ? { 'If-None-Match': before.etag } : {},
      cache: 'no-store',
      signal: abort.signal,
    });
    if (response.status === 304) return before.value;
    if (response.status === 404) return null;
    if (!response.ok) throw new Error('the sensor answered ' + response.status);
    const value = await response.json();
    held.set(path, { etag: response.headers.get('ETag') ?? '', value });
    if (held.size > 12) held.delete(held.keys().next().value);
    return value;
  } finally {
    clearTimeout(timer);
  }
}

/** Watches some paths for as long as it is not stopped; `take` gets their values in order, null for what is not known. */
export function watch(paths, take) {
  let stopped = false;
  let timer = 0;
  let busy = false;
  const known = paths.map((path) => held.get(path)?.value);
  if (known.every((value) => value !== undefined)) take(...known);

  async function round() {
    if (busy || stopped) return;
    busy = true;
    clearTimeout(timer);
    const start = performance.now();
    let wait = LEAST;
    let values = null;
    try {
      values = await Promise.all(paths.map(fetchOnce));
      trouble = null;
      lastAnswer = Date.now();
    } catch (error) {
      trouble = error.name === 'AbortError' ? 'the sensor does not answer' : error instanceof TypeError ? 'the sensor cannot be reached' : error.message;
      wait = 2 * LEAST;
    }
    busy = false;
    if (stopped) return;
    if (values) {
      take(...values);
      wait = Math.min(MOST, Math.max(LEAST, SHARE * (performance.now() - start)));
    }
    tell();
    if (!paused && !stopped) timer = setTimeout(round, wait);
  }

  const again = () => {
    if (document.visibilityState === 'hidden') clearTimeout(timer);
    else if (!paused) round();
  };
  document.addEventListener('visibilitychange', again);
  wakers.add(again);
  round();
  return () => {
    stopped = true;
    clearTimeout(timer);
    wakers.delete(again);
    document.removeEventListener('visibilitychange', again);
  };
}

export function setPaused(value) {
  paused = value;
  tell();
  if (!paused) for (const wake of wakers) wake();
}
