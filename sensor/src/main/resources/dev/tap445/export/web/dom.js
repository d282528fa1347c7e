// Nodes made from data. Text from packets is hostile: it becomes text nodes and attributes that hold text, never markup.

const SVG = 'http://www.w3.org/2000/svg';

/** An element. `props`: `class`, `on…` listeners, attributes; null and false are left out. Children: nodes or text. */
export function el(tag, props = {}, ...children) {
  return fill(document.createElement(tag), props, children);
}

/** The same for pictures. */
export function svg(tag, props = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), props, children);
}

function fill(node, props, children) {
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** Text of a device: what does not print or turns the direction of writing is spelled out. */
export function printable(text) {
  return text.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}]/gu, (c) => {
    const code = c.codePointAt(0);
    return code < 256 ? '\\x' + code.toString(16).padStart(2, '0') : '\\u' + code.toString(16).padStart(4, '0');
  });
}

/** Such text, kept from disturbing what stands beside it. */
export function said(text, props = {}) {
  return el('bdi', props, printable(text));
}

/** Puts `fresh` in place of the children, and leaves them alone where nothing differs, so that focus and selection stay. */
export function renew(node, ...fresh) {
  const holder = document.createDocumentFragment();
  holder.append(...fresh.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  const next = [...holder.childNodes];
  const now = [...node.childNodes];
  if (next.length === now.length && next.every((child, i) => child.isEqualNode(now[i]))) return;
  const focus = node.contains(document.activeElement) ? document.activeElement.getAttribute('href') : null;
  node.replaceChildren(...next);
  if (focus) [...node.querySelectorAll('[href]')].find((a) => a.getAttribute('href') === focus)?.focus();
}
