import type { RuntimeName } from './world.ts';

export type LogLine = {
  readonly atMs: number;
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly runtime: RuntimeName | null;
  readonly service: string;
  readonly hostName: string;
  /** Further members of a JSON line. */
  readonly members: Readonly<Record<string, unknown>>;
};

/** A structured line, as pino and most JSON loggers print it. */
export const jsonLine = ({ atMs, level, message, service, hostName, members }: LogLine): string =>
  JSON.stringify({ level, time: new Date(atMs).toISOString(), service, hostname: hostName, msg: message, ...members });

/** The same event as the runtime's usual text log prints it; every one starts with a UTC time. */
export function plainLine({ atMs, level, message, runtime, service }: LogLine): string {
  const iso = new Date(atMs).toISOString();
  const seconds = iso.slice(0, 19);
  const slashed = seconds.replaceAll('-', '/').replace('T', ' ');
  const spaced = seconds.replace('T', ' ');
  const upper = level.toUpperCase();
  switch (runtime) {
    case 'go':
      return `${slashed} ${message}`;
    case 'python-requests':
    case 'python-aiohttp':
      return `${spaced},${iso.slice(20, 23)} ${upper} ${service} ${message}`;
    case 'java':
      return `${spaced}.${iso.slice(20, 23)} ${upper.padEnd(5)} [http-nio-8080-exec-7] c.example.${service} : ${message}`;
    case 'nginx':
      return `${slashed} [${message.startsWith('connect()') ? 'crit' : level}] 26904#26904: *1 ${message}`;
    case 'envoy':
      return `[${iso}] ${message}`;
    case 'haproxy':
      return `${iso} haproxy[1918]: ${message}`;
    case 'rust':
      return `${seconds}.${iso.slice(20, 23)}000Z ${upper} ${service}: ${message}`;
    default:
      return `${iso} ${upper} ${message}`;
  }
}
