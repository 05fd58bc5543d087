import { describe, expect, it } from 'vitest';
import { amazonQDigest, amazonQMessage } from '../../../shared/core/notify/amazon-q-message.ts';
import { digestText } from '../../../shared/core/notify/digest-text.ts';
import { machineMessage } from '../../../shared/core/notify/machine-message.ts';
import type { Notification } from '../../../shared/core/notify/notification.ts';
import type { Finding } from '../../../shared/core/finding/schema.ts';
import { slackDigest, slackMessage } from '../../../shared/core/notify/slack-message.ts';
import { boringFinding } from '../../contract/boring.ts';

const notify = (override: Partial<Finding> = {}, index = 1): Notification => ({
  notificationId: `finding-${index}:opened`,
  transition: 'opened',
  finding: boringFinding({ id: `finding-${index}`, ...override }),
});

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
const golden = (name: string): string => `../../golden/notifications/${name}`;

const storm = Array.from({ length: 30 }, (_, index) =>
  notify({ severity: index % 3 === 0 ? 'critical' : 'medium', title: `Trouble number ${index}` }, index),
);

const HOSTILE = 'a <!channel> <https://evil.example|login> `code` \u202E\u0000\n& *bold*';

describe('projections of a notification', () => {
  it('are golden files', async () => {
    await expect(json(machineMessage(notify(), 240_000))).toMatchFileSnapshot(golden('machine.json'));
    await expect(json(amazonQMessage(notify()))).toMatchFileSnapshot(golden('amazon-q.json'));
    await expect(json(slackMessage(notify()))).toMatchFileSnapshot(golden('slack.json'));
    await expect(json(amazonQDigest(storm))).toMatchFileSnapshot(golden('amazon-q-digest.json'));
    await expect(json(slackDigest(storm))).toMatchFileSnapshot(golden('slack-digest.json'));
    await expect(`${digestText(storm).subject}\n\n${digestText(storm).body}`).toMatchFileSnapshot(golden('digest.txt'));
  });

  it('give one thread per finding', () => {
    const { finding } = notify();
    const over: Notification = { notificationId: 'x', transition: 'resolved', finding };
    expect(amazonQMessage(over).metadata.threadId).toBe(amazonQMessage(notify()).metadata.threadId);
  });

  it('let hostile text mention nobody, link nowhere and leave no code span', () => {
    const hostile = notify({ title: HOSTILE, causeReason: HOSTILE });
    const slack = slackMessage(hostile);
    // A header is plain text to Slack, which reads no markup in it.
    const markup = { ...slack, blocks: slack.blocks.filter(({ type }) => type !== 'header') };
    for (const text of [json(markup), json(amazonQMessage(hostile))]) {
      expect(text).not.toMatch(
        /<!channel>|<https:\/\/(?!console\.aws\.amazon\.com\/[\w/]+#\w+:\w+=(?:nat|eni)-[0-9a-f]+>)|`/,
      );
      expect(text).toContain('&lt;!channel&gt;');
    }
  });

  it('lead only where Freeport itself points', () => {
    const resource = { type: 'nat-gateway', id: 'nat-0a1b2c3d4e5f60718>|<https://evil.example' };
    for (const text of [slackMessage, amazonQMessage].map((tell) => json(tell(notify({ resource, sources: [] })))))
      expect(text).not.toMatch(/<https/);
    expect(json(slackMessage(notify()))).toContain('#NatGatewayDetails:natGatewayId=nat-0a1b2c3d4e5f60718>');
  });

  it('keep to the lengths that Slack allows', () => {
    const long = 'x'.repeat(10_000);
    const recommendations = Array.from({ length: 20 }, () => ({
      action: long,
      detail: long,
      expectedEffect: '',
      preconditions: [],
      sideEffects: [],
    }));
    for (const block of slackMessage(notify({ title: long, causeReason: long, recommendations })).blocks) {
      if (block.type === 'header') expect(block.text.text.length).toBeLessThanOrEqual(150);
      if (block.type === 'section') expect(block.text.text.length).toBeLessThanOrEqual(3_000);
      if (block.type === 'context')
        for (const { text } of block.elements) expect(text.length).toBeLessThanOrEqual(3_000);
    }
  });
});

describe('the machine message', () => {
  const [minute] = [
    {
      at: '2026-01-01T10:00:00Z',
      portsInUse: null,
      utilisation: null,
      capacityPorts: 1,
      opens: 1,
      failures: null,
      allocationErrors: null,
      logErrors: null,
    },
  ];
  const timeline = Array.from({ length: 5_000 }, () => minute as NonNullable<typeof minute>);

  it('is whole while it fits', () => {
    const message = machineMessage(notify({ timeline }), 10_000_000);
    expect([message.omitted, message.finding.timeline.length]).toEqual([[], 5_000]);
  });

  it('leaves out what a reader misses least, and says what', () => {
    const message = machineMessage(notify({ timeline }), 240_000);
    expect(message.omitted).toEqual(['timeline']);
    expect(message.finding.destinations).toHaveLength(1);
  });

  it('never exceeds what SNS carries, in bytes', () => {
    const [source] = boringFinding().sources;
    const sources = Array.from({ length: 5_000 }, () => ({ ...source, owner: '漢'.repeat(100) })) as Finding['sources'];
    const message = machineMessage(notify({ timeline, sources, samples: ['é'.repeat(200_000)] }), 240_000);
    expect(new TextEncoder().encode(JSON.stringify(message)).byteLength).toBeLessThanOrEqual(240_000);
    expect(message.omitted).toEqual(['timeline', 'samples', 'sources']);
  });
});
