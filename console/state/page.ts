import { signal } from '@preact/signals';
import { parseRoute, type Route } from '../logic/route.ts';
import './token.ts';

/** The page's address, its clock, and what it says aloud. */
export const route = signal<Route>(parseRoute(location.hash));
export const nowMs = signal(Date.now());
/** Read out by screen readers when it changes. */
export const announcement = signal('');

addEventListener('hashchange', () => {
  route.value = parseRoute(location.hash);
});

setInterval(() => {
  if (document.visibilityState === 'visible') nowMs.value = Date.now();
}, 10_000);
