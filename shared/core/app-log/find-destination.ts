import { canonicalAddress } from '../model/address.ts';
import type { NamedDestination } from '../model/destination.ts';
import { SOURCE_LINE, withoutBystanders } from './bystanders.ts';
import { ALONE_PATTERNS, IP, SCHEME_PATTERNS, SCHEME_PORTS, SENTENCE_PATTERNS } from './destination-patterns.ts';

/** Enough for every destination that a program prints beside its error. */
const SEARCHED_LENGTH = 4_096;

/** Names before a colon and a number that are source files, not hosts. */
const SOURCE_FILE =
  /\.(?:go|[cm]?[jt]sx?|java|kt|scala|py|rb|php\d?|c|cc|cpp|cxx|h|hpp|rs|lua|cs|fs|vb|erl|ex|exs|pl|pm|so|dll|exe|swift|vue|jar|conf|cfg|ya?ml|json|log|txt|sh|sql|groovy|clj|m)$/i;

/** The destination that a text carries, or null. Of several the surest; of equals an IPv4 address before an IPv6 one. */
export function findDestination(text: string): NamedDestination | null {
  const first = destinationFrom(text.slice(0, SEARCHED_LENGTH));
  if (text.length <= SEARCHED_LENGTH || (first !== null && first.port !== null)) return first;
  // Python prints the error last.
  const last = destinationFrom(text.slice(-SEARCHED_LENGTH));
  return first === null || last?.host === first.host ? last : first;
}

function destinationFrom(text: string): NamedDestination | null {
  const searched = withoutBystanders(text);
  const said = searched.replace(SOURCE_LINE, '$1');
  if (said === searched) return destinationIn(searched);
  return destinationIn(said) ?? onlyAddress(destinationIn(searched));
}

/** What source code names is a variable, unless it is an address. */
const onlyAddress = (found: NamedDestination | null): NamedDestination | null =>
  found !== null && canonicalAddress(found.host) !== null ? found : null;

function destinationIn(searched: string): NamedDestination | null {
  const folded = searched.toLowerCase();
  if (!/\d/.test(folded) && !/connect|server on|getaddrinfo|:\/\//.test(folded)) return null;
  for (const { needle, pattern } of SENTENCE_PATTERNS) {
    if (typeof needle === 'string' ? !folded.includes(needle) : !needle.test(folded)) continue;
    const found = bestMatch(pattern, searched);
    if (found) return found;
  }
  for (const pattern of [...SCHEME_PATTERNS, ...ALONE_PATTERNS]) {
    const found = bestMatch(pattern, searched);
    if (found) return found;
  }
  return null;
}

const MATCHES_LIMIT = 16;

function bestMatch(pattern: RegExp, text: string): NamedDestination | null {
  let found: NamedDestination | null = null;
  pattern.lastIndex = 0;
  for (let tried = 0; tried < MATCHES_LIMIT; tried += 1) {
    const match = pattern.exec(text);
    if (!match) break;
    const candidate = destinationOf(match.groups ?? {});
    if (!candidate) continue;
    if (!candidate.host.includes(':')) return candidate;
    found ??= candidate;
  }
  return found;
}

function destinationOf(groups: Record<string, string | undefined>): NamedDestination | null {
  const port = groups['port'] ?? SCHEME_PORTS[groups['scheme']?.toLowerCase() ?? ''];
  return namedDestination(groups['host'] ?? '', port === undefined ? null : Number(port));
}

/** A destination of a host as printed (brackets, a zone, Erlang's commas) and a port; null when it cannot be one. */
export function namedDestination(hostText: string, port: number | null): NamedDestination | null {
  const bare = hostText.replace(/^\[|\]$/g, '').replace(/^(\d+),(\d+),(\d+),(\d+)$/, '$1.$2.$3.$4');
  if (
    (bare !== '::' && !/[a-z0-9*]/i.test(bare)) ||
    SOURCE_FILE.test(bare) ||
    /^(?:null|undefined|nil|none)$/i.test(bare)
  )
    return null;
  if (port !== null && (port < 1 || port > 65_535)) return null;
  const address = canonicalAddress(bare);
  if (address === null && /^[\d.]+$|:/.test(bare)) return null;
  return { host: address ?? bare, port };
}

const LOCAL = new RegExp(
  `- Local \\((?<host>${IP}|[0-9a-f:]{2,45}):\\d{1,5}\\)|\\b(?:tcp|udp)[46]? (?<arrow>${IP}):\\d{1,5}->|\\bbind (?<bound>${IP}) for`,
  'i',
);

/** The address that the program called from, when the event carries it and it is not a wildcard. */
export function findLocalAddress(text: string): string | null {
  const groups = LOCAL.exec(text.slice(0, SEARCHED_LENGTH))?.groups ?? {};
  const address = canonicalAddress(
    (groups['host'] ?? groups['arrow'] ?? groups['bound'] ?? '').replace(/^\[|\]$/g, ''),
  );
  return address === '0.0.0.0' || address === '::' ? null : address;
}
