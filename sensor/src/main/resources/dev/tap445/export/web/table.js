// A real table over many rows: sorted, filtered, in pages, and renewed without losing focus.

import { el, renew } from './dom.js';
import { count } from './format.js';

export const PAGE = 100;

/**
 * `columns`: `{ key, label, cell: row → node or text, sort?: row → number or text, number?, level? }`; level 2 and 3 give
 * way on smaller screens. `id`: row → its key. `onSort(key)` is called with the new order, `-key` for descending.
 */
export class Table {
  constructor({ caption, columns, id, onSort }) {
    this.columns = columns;
    this.id = id;
    this.rows = new Map();
    this.heads = new Map();
    const head = el('tr', {}, columns.map((column) => {
      const th = el('th', { scope: 'col', class: classes(column) });
      if (column.sort && onSort) {
        th.append(el('button', { type: 'button', onclick: () => onSort(this.next(column)) }, column.label, el('span', { class: 'arrow', 'aria-hidden': 'true' })));
      } else {
        th.append(column.label);
      }
      this.heads.set(column.key, th);
      return th;
    }));
    this.body = el('tbody');
    this.node = el('table', { class: 'rows' }, el('caption', { class: 'hidden' }, caption), el('thead', {}, head), this.body);
    this.order = '';
  }

  /** Text starts upward, numbers and times start with the greatest. */
  next(column) {
    if (this.order === '-' + column.key) return column.key;
    if (this.order === column.key) return '-' + column.key;
    return column.text ? column.key : '-' + column.key;
  }

  showOrder(order) {
    this.order = order;
    for (const [key, th] of this.heads) {
      if (order === key) th.setAttribute('aria-sort', 'ascending');
      else if (order === '-' + key) th.setAttribute('aria-sort', 'descending');
      else th.removeAttribute('aria-sort');
    }
  }

  /** Sorted by `order`; rows without a value are last either way. */
  sorted(rows, order) {
    const down = order.startsWith('-');
    const column = this.columns.find((one) => one.key === order.replace(/^-/, ''));
    if (!column?.sort) return rows;
    const keyed = rows.map((row, i) => ({ row, i, key: column.sort(row) }));
    keyed.sort((a, b) => {
      if (a.key === b.key) return a.i - b.i;
      if (a.key === null) return 1;
      if (b.key === null) return -1;
      return (a.key < b.key ? -1 : 1) * (down ? -1 : 1);
    });
    return keyed.map((one) => one.row);
  }

  /** Puts these rows into the table, using again what is there. */
  show(rows) {
    const before = this.rows;
    this.rows = new Map();
    let at = this.body.firstElementChild;
    const focused = this.body.contains(document.activeElement) ? document.activeElement : null;
    for (const row of rows) {
      const key = this.id(row);
      const tr = before.get(key) ?? el('tr', {}, this.columns.map((column, i) =>
        el(i === 0 ? 'th' : 'td', { class: classes(column), scope: i === 0 ? 'row' : null })));
      before.delete(key);
      this.rows.set(key, tr);
      this.columns.forEach((column, i) => renew(tr.children[i], column.cell(row)));
      if (tr === at) at = at.nextElementSibling;
      else this.body.insertBefore(tr, at);
    }
    for (const tr of before.values()) tr.remove();
    if (focused?.isConnected && document.activeElement !== focused) focused.focus({ preventScroll: true });
  }
}

function classes(column) {
  return [column.number ? 'number' : '', column.level ? 'level' + column.level : '', column.class ?? ''].join(' ').trim() || null;
}

/** Turns the pages. */
export class Pager {
  constructor(onPage) {
    this.text = el('span');
    this.back = el('button', { type: 'button', onclick: () => onPage(this.page - 1) }, 'Previous');
    this.on = el('button', { type: 'button', onclick: () => onPage(this.page + 1) }, 'Next');
    this.node = el('nav', { class: 'pager', 'aria-label': 'Pages' }, this.back, this.text, this.on);
    this.page = 1;
  }

  show(page, total) {
    const pages = Math.max(1, Math.ceil(total / PAGE));
    this.page = Math.min(Math.max(1, page), pages);
    const first = (this.page - 1) * PAGE;
    this.text.textContent = total === 0 ? '' : `${count(first + 1)}–${count(Math.min(total, first + PAGE))} of ${count(total)}`;
    this.back.disabled = this.page === 1;
    this.on.disabled = this.page === pages;
    this.node.hidden = pages === 1;
    return first;
  }
}
