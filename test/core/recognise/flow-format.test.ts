import { expect, test } from 'vitest';
import { DEFAULT_FORMAT } from '../../../shared/core/flow-log/fields.ts';
import { guessFlowFormat } from '../../../shared/core/recognise/flow-format.ts';

const V2 = '2 123456789012 eni-0a 10.0.0.1 203.0.113.7 40000 443 6 5 500 1767261600 1767261660 ACCEPT OK';
const V3 = `${V2.replace('2', '3')} vpc-0a subnet-0a i-0a 2 IPv4 10.0.0.1 203.0.113.7`;
const V5 = `${V3} eu-west-1 euw1-az1 - - - AMAZON egress 8`;
const OWN = 'eni-0a 10.0.0.1 203.0.113.7 40000 443 6 5 500 1767261600 1767261660 OK 2 10.0.0.1 203.0.113.7 egress';

test.each([
  ['version 3', V3, [...DEFAULT_FORMAT, 'vpc-id', 'subnet-id', 'instance-id', 'tcp-flags', 'type', 'pkt-srcaddr'], 21],
  ['version 5', V5, [...DEFAULT_FORMAT, 'vpc-id'], 29],
  ['with the reason of a reject', `${V5} -`, [...DEFAULT_FORMAT, 'vpc-id'], 30],
  ['the fields that Freeport asks for', OWN, ['interface-id', 'srcaddr'], 15],
])('%s: a layout of AWS’s guide is known without its header', (_, line, begins, length) => {
  const guessed = guessFlowFormat([line, line.replace('40000', '40001')]);
  expect(guessed?.slice(0, begins.length)).toEqual(begins);
  expect(guessed).toHaveLength(length);
});

test('records without data have a layout too', () => {
  const silent = '5 123456789012 eni-0a - - - - - - - 1767261600 1767261660 - NODATA vpc-0a subnet-0a i-0a - - - -';
  expect(guessFlowFormat([V3, silent])).toHaveLength(21);
});

test.each([
  ['the default format needs no guess', [V2]],
  ['a header decides', ['version srcaddr dstaddr srcport', V5]],
  ['one line that does not fit spoils it', [V5, V5.replace('egress', 'sideways')]],
  [
    'other words are no flow log',
    ['the quick brown fox jumps over the lazy dog again and again and again and again ok yes no'],
  ],
  ['nothing', []],
])('%s', (_, lines) => {
  expect(guessFlowFormat(lines)).toBeNull();
});
