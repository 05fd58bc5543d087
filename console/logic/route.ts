/** Addresses within the page, all after the `#`: they can be kept, sent and opened again. */

export type Route =
  | { readonly kind: 'now' }
  | { readonly kind: 'finding'; readonly id: string }
  | { readonly kind: 'destinations'; readonly filters: Filters }
  | { readonly kind: 'history'; readonly filters: Filters }
  | { readonly kind: 'nowhere' };

export type Filters = Readonly<Record<string, string>>;

export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#/, '').split('?');
  if (path === '' || path === '/' || path === '/now') return { kind: 'now' };
  const finding = /^\/findings\/([^/]+)$/.exec(path);
  if (finding?.[1] !== undefined) return { kind: 'finding', id: decoded(finding[1]) };
  const filters = Object.fromEntries(new URLSearchParams(search));
  if (path === '/destinations') return { kind: 'destinations', filters };
  return path === '/history' ? { kind: 'history', filters } : { kind: 'nowhere' };
}

export const findingHash = (id: string): string => `#/findings/${encodeURIComponent(id)}`;

/** Empty filters are left out of the address. */
export function listHash(view: 'destinations' | 'history', filters: Filters): string {
  const given = Object.entries(filters).filter(([, value]) => value !== '');
  return given.length === 0 ? `#/${view}` : `#/${view}?${new URLSearchParams(Object.fromEntries(given)).toString()}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
