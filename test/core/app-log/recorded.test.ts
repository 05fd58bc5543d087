import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { classifyText } from '../../../shared/core/app-log/classify.ts';
import { createLineGrouper } from '../../../shared/core/app-log/group-lines.ts';

/** What real programs printed in network namespaces without a free port, and where the connect was going. */
type Recorded = { readonly id: string; readonly text: string; readonly label: string; readonly dest?: string };

const ROWS = readFileSync(new URL('../../fixtures/app-log/recorded.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Recorded);

function eventsIn(text: string): number {
  let events = 0;
  const grouper = createLineGrouper(() => (events += 1));
  for (const [at, line] of text.split('\n').entries())
    grouper.add({ text: line, ms: null, service: null, hint: null, isPartial: false }, at);
  grouper.finish();
  return events;
}

describe.each(ROWS)('$id', ({ text, label, dest }) => {
  it('is one event, of its verdict and destination', () => {
    const { verdict, destination } = classifyText(text);
    const host = destination?.host.includes(':') ? `[${destination.host}]` : destination?.host;
    expect(verdict).toBe(label);
    if (dest !== undefined) expect(destination?.port == null ? host : `${host}:${destination.port}`).toBe(dest);
    expect(eventsIn(text)).toBe(1);
  });
});
