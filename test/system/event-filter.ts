import { isObject } from './template.ts';

/** Lambda's filter criteria, as far as templates here use them: nested objects, and lists of values at the leaves. */
export function matchesFilter(pattern: unknown, event: unknown): boolean {
  if (Array.isArray(pattern)) return pattern.some((wanted) => leafMatches(wanted, event));
  if (!isObject(pattern) || !isObject(event)) return false;
  return Object.entries(pattern).every(([key, inner]) => matchesFilter(inner, event[key]));
}

/** Throws for a comparison that it does not know, so that no filter is taken for stricter or laxer than it is. */
function leafMatches(wanted: unknown, value: unknown): boolean {
  if (!isObject(wanted)) return wanted === value;
  if (typeof wanted['prefix'] === 'string') return typeof value === 'string' && value.startsWith(wanted['prefix']);
  throw new Error(`the comparison ${JSON.stringify(wanted)} is not known here`);
}
