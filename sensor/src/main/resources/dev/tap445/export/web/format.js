// Words, numbers and times as people read them.

import { el } from './dom.js';

const NUMBER = new Intl.NumberFormat('en');
const SHORT = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Milliseconds that the sensor's clock is ahead of this one. */
let ahead = 0;

export const clock = {
  set(now) {
    ahead = Date.parse(now) - Date.now();
  },
  now: () => Date.now() + ahead,
};

export const count = (n) => NUMBER.format(n);
export const short = (n) => (Math.abs(n) < 10_000 ? NUMBER.format(n) : SHORT.format(n));
export const plural = (n, one, many = one + 's') => count(n) + ' ' + (n === 1 ? one : many);

export function bytes(n) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  let unit = 0;
  while (n >= 1024 && unit < units.length - 1) {
    n /= 1024;
    unit++;
  }
  return (unit === 0 ? count(n) : n.toFixed(n < 10 ? 1 : 0)) + ' ' + units[unit];
}

/** "3 min ago", of an RFC 3339 time. */
export function ago(time) {
  const seconds = Math.round((clock.now() - Date.parse(time)) / 1000);
  if (seconds < 5) return 'now';
  return span(seconds) + ' ago';
}

/** A duration of seconds in its greatest unit. */
export function span(seconds) {
  if (seconds < MINUTE) return Math.round(seconds) + ' s';
  if (seconds < HOUR) return Math.floor(seconds / MINUTE) + ' min';
  if (seconds < 2 * DAY) return Math.floor(seconds / HOUR) + ' h';
  return Math.floor(seconds / DAY) + ' d';
}

/** The moment itself, in this browser's zone. */
export function moment(time) {
  const t = new Date(time);
  const two = (n) => String(n).padStart(2, '0');
  return `${t.getFullYear()}-${two(t.getMonth() + 1)}-${two(t.getDate())} ${two(t.getHours())}:${two(t.getMinutes())}:${two(t.getSeconds())}`;
}

/** A time as an element: how long ago, the moment on hovering. */
export function when(time) {
  return time ? el('time', { datetime: time, title: moment(time) }, ago(time)) : el('span', { class: 'none' }, '–');
}

/** Words for the words of the API, and how they stand: bad, warn, good or mute. */
export const CLIENT_VERDICTS = {
  smb1_only: { text: 'SMB1 only', tone: 'bad', effect: 'breaks' },
  mixed: { text: 'Mixed', tone: 'bad', effect: 'part of it breaks' },
  smb1_in_use: { text: 'SMB1 in use', tone: 'warn', effect: 'depends on the server' },
  smb1_offered: { text: 'SMB1 offered', tone: 'good', effect: 'safe' },
  smb2_only: { text: 'SMB2+ only', tone: 'good', effect: 'safe' },
  unknown: { text: 'Unknown', tone: 'mute', effect: 'no offer seen' },
};
export const SERVER_VERDICTS = {
  smb1_only: { text: 'SMB1 only', tone: 'bad' },
  smb1_enabled: { text: 'SMB1 enabled', tone: 'warn' },
  smb1_disabled: { text: 'SMB1 disabled', tone: 'good' },
  smb2: { text: 'SMB2+', tone: 'good' },
  unknown: { text: 'Unknown', tone: 'mute' },
};
export const READINESS = {
  not_ready: { text: 'Not ready', tone: 'bad' },
  ready: { text: 'Ready', tone: 'good' },
  unknown: { text: 'No evidence', tone: 'mute' },
};
export const PORT_STATES = {
  silent: { text: 'Silent', tone: 'bad' },
  dark: { text: 'Dark', tone: 'warn' },
  unreachable: { text: 'Unreachable', tone: 'warn' },
  refusing: { text: 'Refusing', tone: 'mute' },
  one_way: { text: 'One way', tone: 'mute' },
  unknown: { text: 'Unknown', tone: 'mute' },
  answering: { text: 'Answering', tone: 'good' },
};

export function badge(kinds, key) {
  const kind = kinds[key] ?? { text: key, tone: 'mute' };
  return el('span', { class: 'badge ' + kind.tone }, kind.text);
}

export const words = (key) => key.replaceAll('_', ' ');

/** Order of addresses: IPv4 by number, then IPv6 by text. */
export function addressKey(address) {
  return address.includes(':')
    ? '6' + address
    : '4' + address.split('.').map((part) => part.padStart(3, '0')).join('.');
}
