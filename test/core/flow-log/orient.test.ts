import { describe, expect, it } from 'vitest';
import { mergeFlowParts } from '../../../shared/core/flow-log/merge.ts';
import { orientRows } from '../../../shared/core/flow-log/orient.ts';
import type { FlowMinute } from '../../../shared/core/model/observation.ts';
import type { Part } from '../../../shared/core/model/part.ts';
import { portSetOf } from '../../../shared/core/model/port-set.ts';
import { plainRow } from './plain-rows.ts';

type RowWords = {
  readonly local: string;
  readonly remote: string;
  readonly port: number;
  readonly ports: readonly number[];
  readonly opened?: readonly number[];
  readonly answered?: readonly number[];
} & Partial<Pick<FlowMinute, 'minute' | 'interfaceId' | 'via' | 'records' | 'opensInferred'>>;

const row = ({ local, remote, port, ports, opened = [], answered = ports, ...rest }: RowWords): FlowMinute => ({
  kind: 'flow',
  minute: 100,
  interfaceId: 'eni-1',
  via: null,
  localAddress: local,
  destination: { address: remote, port, protocol: 6 },
  ports: portSetOf(ports),
  opened: portSetOf(opened),
  answered: portSetOf(answered),
  closed: portSetOf([]),
  opensInferred: false,
  overlap: [0, 0, 0, 0],
  bytes: 10,
  packets: 1,
  records: 2,
  rejected: 0,
  lifetimes: [0, 0, 0, 0, 0, 0, 0],
  ...rest,
});

const NAT = '10.77.0.220';
const SERVER = '203.0.113.10';
const oriented = (...rows: FlowMinute[]) => orientRows(rows).map(plainRow);

describe('rows with proof', () => {
  const opening = row({ local: NAT, remote: SERVER, port: 8443, ports: [1500, 40_000], opened: [40_000] });

  it('turns the row of a service above its client port, in any minute of the interface', () => {
    const flipped = row({ minute: 101, local: SERVER, remote: NAT, port: 1500, ports: [8443] });
    expect(oriented(opening, flipped)).toMatchObject([
      { minute: 100, localAddress: NAT },
      {
        minute: 101,
        localAddress: NAT,
        destination: { address: SERVER, port: 8443 },
        ports: [1500],
        answered: [1500],
        records: 2,
      },
    ]);
  });

  it('folds it into the row that is there, through the same via', () => {
    const client = row({ local: '10.77.1.5', remote: SERVER, via: NAT, port: 8443, ports: [40_001], opened: [40_001] });
    const flipped = row({ local: SERVER, remote: '10.77.1.5', port: 1600, ports: [8443] });
    expect(oriented(client, flipped)).toMatchObject([{ via: NAT, ports: [1600, 40_001], records: 4, bytes: 20 }]);
  });

  it('leaves rows of other interfaces and proven rows alone', () => {
    const elsewhere = row({ interfaceId: 'eni-2', local: SERVER, remote: NAT, port: 1500, ports: [8443] });
    expect(oriented(opening, elsewhere)).toMatchObject([{ localAddress: NAT }, { localAddress: SERVER }]);
  });

  it('turns only the ports that are services and keeps the rest', () => {
    const mixed = row({ local: SERVER, remote: NAT, port: 1500, ports: [8443, 50_000] });
    expect(oriented(opening, mixed)).toMatchObject([
      { localAddress: NAT, ports: [1500, 40_000], records: 4 },
      { localAddress: SERVER, ports: [50_000], records: 0 },
    ]);
  });
});

describe('rows without proof', () => {
  const service = { remote: SERVER, port: 8443, opensInferred: true } as const;
  const guessed = row({ ...service, local: NAT, ports: [9000, 9001, 40_000] });
  const flipped = (clientPort: number, rest: Partial<RowWords> = {}): FlowMinute =>
    row({ local: SERVER, remote: NAT, port: clientPort, ports: [8443], opensInferred: true, ...rest });

  it('takes the port that meets more ports for the service', () => {
    expect(oriented(guessed, flipped(1500), flipped(1501))).toMatchObject([
      { localAddress: NAT, destination: { port: 8443 }, ports: [1500, 1501, 9000, 9001, 40_000] },
    ]);
  });

  it('sees it from turned rows alone, and keeps the guess on a tie', () => {
    expect(oriented(flipped(1500), flipped(1501))).toMatchObject([{ localAddress: NAT, ports: [1500, 1501] }]);
    expect(oriented(flipped(1500))).toMatchObject([{ localAddress: SERVER }]);
  });

  it('is not misled by a client port that meets two services', () => {
    const busy = row({ ...service, port: 443, local: NAT, ports: [9000, 9001, 9002] });
    const quiet = row({ ...service, local: NAT, ports: [9000] });
    expect(oriented(busy, quiet).map((each) => each.localAddress)).toEqual([NAT, NAT]);
  });

  it('calls a lone record from the client unanswered', () => {
    expect(oriented(guessed, flipped(1500, { records: 1 }))[0]?.answered).not.toContain(1500);
    expect(oriented(guessed, flipped(1500, { records: 1, answered: [] }))[0]?.answered).toContain(1500);
  });
});

describe('merging parts', () => {
  const part = (id: string, fields: readonly string[], rows: readonly FlowMinute[]): Part => ({
    version: 1,
    id,
    source: 'flow-log',
    scope: 'vpc-1',
    input: id,
    fields,
    observations: rows,
  });
  const one = row({ local: NAT, remote: SERVER, port: 443, ports: [1500] });

  it('sums distinct parts of one format', () => {
    expect(mergeFlowParts([part('a', ['bytes'], [one]), part('b', ['bytes'], [one])]).rows).toMatchObject([
      { records: 4 },
    ]);
  });

  it('counts only the richer of two formats of one interface and minute', () => {
    const poor = part(
      'a',
      ['bytes'],
      [one, row({ minute: 101, local: NAT, remote: SERVER, port: 443, ports: [1501] })],
    );
    const rich = part('b', ['bytes', 'tcp-flags'], [one]);
    expect(mergeFlowParts([rich, poor]).rows).toMatchObject([
      { minute: 100, records: 2 },
      { minute: 101, records: 2 },
    ]);
  });
});
