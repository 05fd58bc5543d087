import { type Address, canonicalAddress } from '../model/address.ts';
import type { Inventory, NetworkInterface } from '../model/inventory.ts';
import type { ConnectErrorMinute, LogSource } from '../model/observation.ts';
import type { Settings } from '../model/settings.ts';
import type { ClientIndex } from './client-index.ts';
import { facesNamedLike } from './match-owner-name.ts';

export type JoinedBy =
  | 'local-address'
  | 'interface'
  | 'instance'
  | 'name'
  | 'setting'
  | 'destination-and-minute'
  | 'destination';

/** A source address that log events may come from; weights of one log row's candidates sum to 1. */
export type JoinedSource = {
  readonly address: Address;
  readonly interfaceId: string | null;
  readonly joinedBy: JoinedBy;
  readonly weight: number;
};

/** Rules that identify the sender by themselves; the others infer it from who talked to the destination. */
export const STRONG_JOINS: ReadonlySet<JoinedBy> = new Set([
  'local-address',
  'interface',
  'instance',
  'setting',
  'name',
]);

type JoinRule = (row: ConnectErrorMinute, context: JoinContext) => readonly JoinedSource[];

export type JoinContext = {
  readonly inventory: Inventory;
  readonly settings: Settings;
  readonly clients: ClientIndex;
};

/** The first rule that knows anything decides; an empty list means `source unknown`. */
export function joinLogSource(row: ConnectErrorMinute, context: JoinContext): readonly JoinedSource[] {
  for (const rule of RULES) {
    const found = rule(row, context);
    if (found.length > 0) return found;
  }
  return [];
}

/** The event itself says which local address it failed from (never the wildcard). */
const byLocalAddress: JoinRule = ({ localAddress }) =>
  localAddress === null || localAddress === '0.0.0.0' || localAddress === '::'
    ? []
    : [{ address: localAddress, interfaceId: null, joinedBy: 'local-address', weight: 1 }];

/** `/aws/lambda/<fn>` → the function's interfaces; a stream that names an interface's task → that interface. */
const byInterface: JoinRule = ({ logSource }, { inventory }) => {
  const lambda = /^\/aws\/lambda\/([\w-]+)$/.exec(logSource.group)?.[1];
  const task = /(?:^|\/)([0-9a-f]{32}|[0-9a-f-]{36})$/.exec(logSource.stream ?? '')?.[1];
  const faces = inventory.interfaces.filter(
    ({ description, owner }) =>
      (lambda !== undefined && new RegExp(`^AWS Lambda VPC ENI-${lambda}(?:-[0-9a-f-]{36})?$`).test(description)) ||
      (task !== undefined && (description.includes(task) || owner?.includes(task) === true)),
  );
  return shareOut(faces, 'interface');
};

const byInstance: JoinRule = ({ logSource }, { inventory }) => {
  const instance = /\bi-[0-9a-f]{8,17}\b/.exec(`${logSource.stream ?? ''} ${logSource.group}`)?.[0];
  return instance === undefined
    ? []
    : shareOut(
        inventory.interfaces.filter((face) => face.instanceId === instance),
        'instance',
      );
};

/** An owner called like the log source, when that names one address, which flow records do not show elsewhere. */
const byName: JoinRule = ({ logSource, destination }, { inventory, clients }) => {
  const found = shareOut(facesNamedLike(logSource, inventory.interfaces), 'name');
  if (found.length !== 1) return [];
  const seen = destination === null ? [] : clients.ever(destination);
  return seen.length === 0 || seen.some(({ address }) => address === found[0]?.address) ? found : [];
};

const bySetting: JoinRule = ({ logSource }, { settings }) => {
  const found = settings.logSources.filter(({ match }) => namesOf(logSource).some((name) => matchesGlob(name, match)));
  return found.flatMap(({ address }) => {
    const canonical = canonicalAddress(address);
    return canonical === null
      ? []
      : [{ address: canonical, interfaceId: null, joinedBy: 'setting' as const, weight: 1 / found.length }];
  });
};

/**
 * Who had ports towards the destination in that minute or beside it, weighted by how many; where several of them are
 * called like the log source, only those.
 */
const byDestinationAndMinute: JoinRule = ({ destination, minute, logSource }, { clients, inventory }) => {
  if (destination === null) return [];
  const there = clients.at(destination, minute);
  const named = new Set(facesNamedLike(logSource, inventory.interfaces).flatMap((face) => face.addresses));
  const own = there.filter(({ address }) => named.has(address));
  const total = own.reduce((sum, { weight }) => sum + weight, 0);
  const usable = own.length === 0 ? there : own.map((client) => ({ ...client, weight: client.weight / (total || 1) }));
  return usable.map((client) => ({ ...client, joinedBy: 'destination-and-minute' }));
};

/** The only client that flow records ever show towards the destination, when none covers the minute itself. */
const byDestination: JoinRule = (row, { clients }) => {
  if (row.destination === null) return [];
  const ever = clients.ever(row.destination);
  return ever.length === 1 ? ever.map((client) => ({ ...client, joinedBy: 'destination' })) : [];
};

const RULES: readonly JoinRule[] = [
  bySetting,
  byLocalAddress,
  byInterface,
  byInstance,
  byName,
  byDestinationAndMinute,
  byDestination,
];

function shareOut(faces: readonly NetworkInterface[], joinedBy: JoinedBy): JoinedSource[] {
  const addresses = faces.flatMap((face) =>
    face.addresses.slice(0, 1).map((address) => ({ address, interfaceId: face.id })),
  );
  return addresses.map((at) => ({ ...at, joinedBy, weight: 1 / addresses.length }));
}

const namesOf = ({ group, stream, service }: LogSource): string[] => [
  group,
  ...(stream === null ? [] : [`${group}:${stream}`]),
  ...(service === null ? [] : [service]),
];

/** `*` stands for any run of characters; matching is linear because stars are tried greedily from the left. */
function matchesGlob(text: string, glob: string): boolean {
  const pieces = glob.split('*');
  const first = pieces[0] as string;
  const last = pieces.at(-1) as string;
  if (pieces.length === 1) return text === glob;
  if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last)) return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return at <= text.length - last.length;
}
