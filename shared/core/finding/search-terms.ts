import type { Finding } from './schema.ts';

/** At most this many terms of a role are kept per finding, the largest destinations and sources first. */
export const TERMS_LIMIT = 500;

/**
 * The texts a finding is found by: for a destination its `address`, `address:port` (`[v6]:port`) and host names; for a
 * source its address, interface, owner and log source, and the subject when that is an address. Lower case, no repeats.
 */
export function searchTerms(finding: Finding): { readonly destination: string[]; readonly source: string[] } {
  const destinations = [...(finding.destination ? [finding.destination] : []), ...finding.destinations];
  const hostNames = finding.destinations.flatMap((destination) => destination.hostNames);
  const sources = finding.sources.flatMap((source) => [
    source.address,
    source.interfaceId,
    source.owner,
    source.logSource,
  ]);
  const subject = finding.subject.type === 'source-address' ? [finding.subject.id] : [];
  return {
    destination: distinct([...destinations.flatMap(spellings), ...hostNames]),
    source: distinct([...subject, ...sources]),
  };
}

/** The spelling under which a query text is looked up. */
export const searchTermOf = (text: string): string => text.trim().toLowerCase();

const spellings = ({ address, port }: { readonly address: string; readonly port: number }): string[] => [
  address,
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`,
];

const distinct = (texts: readonly (string | null)[]): string[] =>
  [...new Set(texts.flatMap((text) => (text === null || text === '' ? [] : [searchTermOf(text)])))].slice(
    0,
    TERMS_LIMIT,
  );
