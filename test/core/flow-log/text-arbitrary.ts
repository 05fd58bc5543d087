import * as fc from 'fast-check';
import { DEFAULT_FORMAT, USED_FIELDS } from '../../../shared/core/flow-log/fields.ts';

/** Flow log text as it is met: mostly plain rows, with everything odd mixed in. */
export type FlowText = { readonly text: string; readonly format: readonly string[] | undefined };

const START = 1_767_261_600;

const usual = <T>(common: T[], rare: T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...common) }, { weight: 1, arbitrary: fc.constantFrom(...rare) });

/** Spellings that are right, and what comes near them. */
const ipv6 = fc.oneof(
  fc.ipV6(),
  fc.ipV6().map((text) => text.toUpperCase()),
  fc
    .array(fc.constantFrom('0', '0', '1', 'ffff', '0db8', 'A', '', '', '12345', 'g', '1.2.3.4', '01.2.3.4'), {
      minLength: 2,
      maxLength: 9,
    })
    .map((groups) => groups.join(':')),
  fc.constantFrom('fe80::1%eth0', '::ffff:0a00:0005', '::ffff:10.0.0.5', ':', '1::%', '::1:', '1::2::3'),
);

const plainAddress = usual(
  ['10.0.0.5', '10.0.0.6', '203.0.113.10', '255.255.255.255', '2001:db8::1'],
  [
    '2001:0DB8:0:0::1',
    '2001:db8::2',
    '::ffff:10.0.0.5',
    '010.0.0.5',
    '-',
    '10.0.0',
    '10.0.0.256',
    'x',
    '::',
    '1.2.3.4.5',
    '1..2.3',
    '9999999999.1.1.1',
  ],
);
const address = fc.oneof({ weight: 30, arbitrary: plainAddress }, { weight: 1, arbitrary: ipv6 });
const port = usual(
  ['443', '80', '1024', '1500', '8443', '40000', '40001', '65535', '0'],
  ['65536', '-', '', '00000000443', '44e1', '1234567890123'],
);
const count = usual(
  ['1', '40', '1500', '999999'],
  ['4294967296', '9007199254740991', '123456789012345678', '-', '0', '1x', '99999999999999999999999'],
);

const seconds: fc.Arbitrary<number> = fc.oneof(
  { weight: 10, arbitrary: fc.nat(150) },
  { weight: 1, arbitrary: fc.constantFrom(3_000, 61_440, 61_441, 100_000_000) },
);
const times: fc.Arbitrary<readonly [string, string]> = fc
  .tuple(
    seconds,
    fc.oneof({ weight: 10, arbitrary: fc.nat(200) }, { weight: 1, arbitrary: fc.constantFrom(-1, 3_600, 3_601) }),
    fc.nat(40),
  )
  .map(([from, lasts, form]) => {
    const start = START + from;
    const end = start + lasts;
    if (form === 0) return [`${start}123`, `${end}999`];
    if (form === 1) return ['-', `${end}`];
    if (form === 2) return [`${start}`, '17672616001'];
    if (form === 3) return ['-', '0000000100'];
    if (form === 4) return ['x', '0000000100'];
    return [`${start}`, `${end}`];
  });

const FIELD_WORDS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  version: fc.constantFrom('2', '5'),
  'account-id': usual(['123456789012', '210987654321'], ['-']),
  'interface-id': usual(['eni-1', 'eni-2', 'eni-0aaaabbbbccccdddd'], ['-', 'é']),
  'vpc-id': usual(['vpc-1'], ['-']),
  'resource-id': usual(['-'], ['nat-1', 'other-1']),
  'tgw-id': usual(['-', 'tgw-1'], ['tgw-2']),
  'tgw-attachment-id': fc.constantFrom('tgw-attach-1', '-'),
  srcaddr: address,
  dstaddr: address,
  'pkt-srcaddr': fc.oneof(address, fc.constant('-')),
  'pkt-dstaddr': fc.oneof(address, fc.constant('-')),
  srcport: port,
  dstport: port,
  protocol: usual(['6', '17', '1'], ['256', '-', '58']),
  packets: count,
  bytes: count,
  action: usual(['ACCEPT', 'REJECT'], ['-', 'REJECX', 'R']),
  'log-status': usual(['OK'], ['NODATA', 'SKIPDATA', '-', 'OKAY', 'O']),
  'tcp-flags': usual(['0', '1', '2', '3', '4', '16', '18', '19'], ['-', '65536', '-1', '65535', '7x']),
  'instance-id': fc.constantFrom('i-1', '-'),
  'flow-direction': fc.constantFrom('ingress', 'egress'),
};

/** One line of a format, mostly plain. */
export const arbitraryRow = (format: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(times, fc.tuple(...format.map((field) => FIELD_WORDS[field] ?? fc.constant('-'))), fc.nat(30), fc.nat(7))
    .map(([[start, end], words, shape, silent]) => {
      const line = format.map((field, i) => (field === 'start' ? start : field === 'end' ? end : (words[i] as string)));
      if (shape === 1 && silent < 2)
        return format
          .map((field, i) =>
            field === 'log-status'
              ? (['NODATA', 'SKIPDATA'][silent] as string)
              : /start|end|-id/.test(field)
                ? (line[i] as string)
                : '-',
          )
          .join(' ');
      if (shape === 2) line.push('more');
      if (shape === 3) line.pop();
      const text = line.join(shape === 4 ? '  ' : shape === 5 ? '\t' : ' ');
      if (shape === 6) return ` ${text}`;
      if (shape === 7) return `# ${text}`;
      if (shape === 8) return '';
      if (shape === 9) return `${text} `;
      // A column short, and a blank where it would be.
      if (shape === 10) return `${line.slice(0, -1).join(' ')} `;
      if (shape === 11) return ` ${line.slice(1).join(' ')}`;
      if (shape === 12) return `${line.slice(0, -1).join(' ')} \r`;
      return text;
    });

const EXTRA_FIELDS = ['instance-id', 'flow-direction', 'version', 'some-later-field'];

const someFormat: fc.Arbitrary<readonly string[]> = fc.oneof(
  fc.constant(DEFAULT_FORMAT),
  fc
    .tuple(
      fc.shuffledSubarray([...USED_FIELDS, ...EXTRA_FIELDS]),
      fc.shuffledSubarray(['srcaddr', 'dstaddr', 'srcport', 'dstport', 'protocol', 'start'], { minLength: 5 }),
    )
    .map(([some, needed]) => [...new Set([...some, ...needed])]),
  // What custom formats mostly are: the default columns, and more.
  fc
    .shuffledSubarray([...USED_FIELDS, ...EXTRA_FIELDS])
    .map((some) => [...DEFAULT_FORMAT, ...some.filter((field) => !DEFAULT_FORMAT.includes(field))]),
);

const ends = fc.constantFrom('\n', '\n', '\n', '\r\n');

const block: fc.Arbitrary<{ format: readonly string[]; lines: string }> = someFormat.chain((format) =>
  fc.tuple(fc.array(arbitraryRow(format), { maxLength: 12 }), ends, fc.boolean()).map(([rows, end, underscores]) => {
    const header = format.map((field) => (underscores ? field.replaceAll('-', '_') : field)).join(' ');
    return { format, lines: [header, ...rows].map((line) => line + end).join('') };
  }),
);

/** One or more blocks, each with its header; the first header may be left out and be given instead. */
export const arbitraryFlowText: fc.Arbitrary<FlowText> = fc
  .tuple(fc.array(block, { minLength: 1, maxLength: 3 }), fc.constantFrom('header', 'given', 'bom'), fc.boolean())
  .map(([blocks, start, cut]) => {
    const all = blocks.map(({ lines }) => lines).join('');
    const text = start === 'given' ? all.slice(all.indexOf('\n') + 1) : start === 'bom' ? `\ufeff${all}` : all;
    return { text: cut ? text.slice(0, -1) : text, format: start === 'given' ? blocks[0]?.format : undefined };
  });

/** Cuts bytes into chunks at arbitrary offsets. */
export function cutAt(bytes: Uint8Array, offsets: readonly number[]): Uint8Array[] {
  const cuts = [...new Set(offsets.map((offset) => offset % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...cuts].map((from, i) => bytes.subarray(from, cuts[i] ?? bytes.length));
}
