import { areKeysOn } from './preferences.ts';

/** Keys, for those who would rather not reach for the mouse. */
export const KEYS: readonly (readonly [keys: string, meaning: string])[] = [
  ['g n', 'now'],
  ['g d', 'destinations'],
  ['g h', 'history'],
  ['j / k', 'next or previous in a list'],
  ['Enter', 'open'],
  ['a / s / r', 'acknowledge, suppress or resolve the finding shown'],
  ['/', 'filter'],
  ['?', 'these keys'],
  ['Esc', 'close'],
];

const PLACES: Readonly<Record<string, string>> = { n: '#/now', d: '#/destinations', h: '#/history' };
const ACTS: Readonly<Record<string, string>> = { a: 'acknowledge', s: 'suppress', r: 'resolve' };

let isGoing = false;

/** Listens for keys until the page ends. Nothing is taken while a field, a dialog or a modifier has the keyboard. */
export function listenForKeys(showHelp: () => void): void {
  document.addEventListener('keydown', (event) => {
    if (!areKeysOn.value || event.ctrlKey || event.metaKey || event.altKey || hasKeyboard(event.target)) return;
    if (press(event.key, showHelp)) event.preventDefault();
  });
}

function press(key: string, showHelp: () => void): boolean {
  const place = isGoing ? PLACES[key] : undefined;
  isGoing = key === 'g';
  if (place !== undefined) return go(place);
  if (key === '?') showHelp();
  else if (key === '/') return focusOn('[data-filter]');
  else if (key === 'j' || key === 'k') return step(key === 'j' ? 1 : -1);
  else if (ACTS[key] !== undefined) return clickOn(`[data-act="${ACTS[key]}"]`);
  else return false;
  return true;
}

function go(hash: string): boolean {
  location.hash = hash;
  return true;
}

function step(by: number): boolean {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')];
  const at = rows.findIndex((row) => row === document.activeElement);
  const next = rows[at === -1 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by))];
  next?.focus();
  return next !== undefined;
}

function focusOn(selector: string): boolean {
  const found = document.querySelector<HTMLElement>(selector);
  found?.focus();
  return found !== null;
}

function clickOn(selector: string): boolean {
  const found = document.querySelector<HTMLElement>(selector);
  found?.click();
  return found !== null;
}

const hasKeyboard = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.closest('input:not([type=range]), select, textarea, dialog') !== null);
