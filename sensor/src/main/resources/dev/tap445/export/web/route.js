// What is shown is in the address: a view can be linked, bookmarked and gone back to.

/** `#/clients?q=x&sort=-last` as `{ view: 'clients', of: null, params: Map }`. */
export function current() {
  const [path, query = ''] = location.hash.replace(/^#\/?/, '').split('?', 2);
  const [view, of] = path.split('/', 2);
  let address = null;
  try {
    address = of ? decodeURIComponent(of) : null;
  } catch {
    address = '';
  }
  return { view: view || 'estate', of: address, params: new URLSearchParams(query) };
}

export function href(view, params = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) if (value) query.set(name, value);
  const text = query.toString();
  return '#/' + view + (text ? '?' + text : '');
}

export const hostHref = (kind, address) => '#/' + kind + '/' + encodeURIComponent(address).replaceAll('%3A', ':');

/** Changes parameters in place: no entry in the history for each key that is typed. */
export function refine(params) {
  const { view, of, params: now } = current();
  for (const [name, value] of Object.entries(params)) {
    if (value) now.set(name, value);
    else now.delete(name);
  }
  const query = now.toString().replaceAll('%2C', ',');
  history.replaceState(null, '', '#/' + view + (of ? '/' + of : '') + (query ? '?' + query : ''));
}
