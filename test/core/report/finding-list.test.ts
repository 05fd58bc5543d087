import { expect, test } from 'vitest';
import { renderFindingList } from '../../../shared/core/report/finding-list.ts';
import { boringFinding } from '../../contract/boring.ts';

const PLAIN = { width: 100, colour: false };

test('one line per finding, cut to the width', () => {
  const findings = [
    boringFinding(),
    boringFinding({ id: 'finding-2', status: 'acknowledged', title: 'x'.repeat(200) }),
  ];
  const lines = renderFindingList(findings, true, PLAIN).split('\n');
  expect(lines[0]).toMatch(/^ID +STATUS +SEVERITY +LAST SEEN +TITLE$/);
  expect(lines[1]).toMatch(/^finding-1 +open +high +2026-01-01 10:05:00Z NAT gateway nat-0a1b2c3d4e5f607…$/);
  expect(lines[2]).toMatch(/^finding-2 +acknowledged +high .* x+…$/);
  expect(lines.slice(0, 3).every((line) => line.length <= 100)).toBe(true);
  expect(lines[3]).toMatch(/^More: /);
});

test('hostile titles stay on their line', () => {
  const list = renderFindingList([boringFinding({ title: 'a\nb\u001B[2J\u202E' })], false, PLAIN);
  expect(list.split('\n')).toHaveLength(3);
  expect(list).toContain('a b\ufffd[2J\ufffd');
});

test('nothing to list is said', () => {
  expect(renderFindingList([], false, PLAIN)).toBe('No findings.\n');
});
