import type { NetworkInterface } from '../model/inventory.ts';
import type { LogSource } from '../model/observation.ts';

/** `ECS service web in shop` → web; a Name tag stands for itself. */
const OWNER = /^(?:ECS (?:service|task)|Lambda) (\S+)(?: in \S+)?$/;
/** Interfaces that clients share, or whose owner is an id that rules of its own look for. */
const NOT_A_CLIENT = /^(?:NAT gateway|load balancer|VPC endpoint|pods on|ECS task in) |^i-[0-9a-f]+$/;
/** Words that stand in log paths whoever writes them. */
const COMMON: ReadonlySet<string> = new Set(['app', 'application', 'aws', 'ecs', 'eks', 'error', 'log', 'logs', 'var']);
const SHORTEST = 2;

type ByName = ReadonlyMap<string, readonly NetworkInterface[]>;

/** Made once for an inventory: there are as many questions as rows of log events, and thousands of interfaces. */
const indexes = new WeakMap<readonly NetworkInterface[], ByName>();

/** Interfaces whose owner is called like the log source: its file, a folder of its path, its stream or its service. */
export function facesNamedLike(source: LogSource, interfaces: readonly NetworkInterface[]): NetworkInterface[] {
  const index = indexes.get(interfaces) ?? indexNames(interfaces);
  indexes.set(interfaces, index);
  return index.size === 0 ? [] : [...namesIn(source)].flatMap((name) => index.get(name) ?? []);
}

function indexNames(interfaces: readonly NetworkInterface[]): ByName {
  const named = interfaces.flatMap((face) => {
    const name = face.owner === null ? null : nameOf(face.owner);
    return name === null ? [] : [{ name, face }];
  });
  const groups = Map.groupBy(named, ({ name }) => name);
  return new Map([...groups].map(([name, entries]) => [name, entries.map(({ face }) => face)]));
}

function nameOf(owner: string): string | null {
  if (NOT_A_CLIENT.test(owner)) return null;
  return (OWNER.exec(owner)?.[1] ?? owner).toLowerCase();
}

/** `/var/log/worker.log.1` has the name worker, `worker/app/0123…` as well. */
function namesIn({ group, stream, service }: LogSource): Set<string> {
  const pieces = [group, stream ?? '', service ?? ''].flatMap((text) => text.toLowerCase().split(/[/\\:\s]+/));
  const names = pieces.flatMap((piece) => [
    piece,
    piece.replace(/\.(?:log|out|err|txt|json|jsonl|gz|zst|\d+)(?=\.|$)/g, ''),
  ]);
  return new Set(names.filter((name) => name.length >= SHORTEST && !COMMON.has(name)));
}
