import { FLOW_LOG_FIELDS } from '../../shared/deploy/flow-log-format.ts';

/** One NAT gateway's flow log object of five minutes, in the format that Freeport creates. */
export type FlowTextOptions = {
  readonly gateway: number;
  readonly startMinute: number;
  readonly minutes: number;
  readonly connectionsPerSecond: number;
  readonly destinations: number;
  readonly clients: number;
};

/** Pieces of text, a minute each. Every connection is four records: in and out of the gateway, and back. */
export function* flowText(options: FlowTextOptions): Generator<Buffer> {
  yield Buffer.from(`${FLOW_LOG_FIELDS.join(' ')}\n`);
  for (let minute = 0; minute < options.minutes; minute += 1) yield Buffer.from(minuteText(options, minute).join(''));
}

function minuteText(options: FlowTextOptions, minute: number): string[] {
  const { gateway, connectionsPerSecond, destinations, clients } = options;
  const start = (options.startMinute + minute) * 60;
  const nat = `10.${gateway}.0.10`;
  const eni = `eni-${String(gateway).padStart(17, '0')}`;
  const lines: string[] = [];
  for (let index = 0; index < connectionsPerSecond * 60; index += 1) {
    const second = start + Math.floor(index / connectionsPerSecond);
    const client = `10.${gateway}.${1 + ((index % clients) >> 8)}.${(index % clients) & 255}`;
    const to = index % destinations;
    const destination = `203.0.${113 + (to >> 8)}.${to & 255}`;
    const clientPort = 32_768 + (random(index, minute, 1) % 28_232);
    const natPort = 1_024 + (random(index, minute, 2) % 55_000);
    const end = second + 1;
    lines.push(
      `${eni} ${client} ${nat} ${clientPort} 443 6 6 900 ${second} ${end} OK 3 ${client} ${destination} ingress\n`,
      `${eni} ${nat} ${destination} ${natPort} 443 6 6 900 ${second} ${end} OK 3 ${nat} ${destination} egress\n`,
      `${eni} ${destination} ${nat} 443 ${natPort} 6 5 3200 ${second} ${end} OK 19 ${destination} ${nat} ingress\n`,
      `${eni} ${nat} ${client} 443 ${clientPort} 6 5 3200 ${second} ${end} OK 19 ${destination} ${client} egress\n`,
    );
  }
  return lines;
}

/** The same number for the same arguments: a gateway picks ports at random, and a bench must not. */
function random(index: number, minute: number, salt: number): number {
  let hash = Math.imul(index + 1, 0x9e3779b1) ^ Math.imul(minute + 1, 0x85ebca6b) ^ Math.imul(salt, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return (hash ^ (hash >>> 15)) >>> 0;
}
