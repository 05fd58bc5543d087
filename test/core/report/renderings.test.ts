import { describe, expect, it } from 'vitest';
import { amazonQMessage } from '../../../shared/core/notify/amazon-q-message.ts';
import { emailText } from '../../../shared/core/notify/email-text.ts';
import { slackMessage } from '../../../shared/core/notify/slack-message.ts';
import { renderFinding } from '../../../shared/core/report/finding-section.ts';
import { TOLD_FINDINGS, type ToldFinding } from './told-findings.ts';

/** The order that every rendering keeps. */
const ORDER = [
  'where',
  'how bad',
  'impact',
  'since',
  'destination',
  'source',
  'in numbers',
  'cause',
  'do this first',
  'then',
  'because',
  'not known',
  'log sample',
  'read on',
  'id',
];

type Rendering = readonly string[];
const CHANNELS: Readonly<Record<string, (told: ToldFinding, width: number) => Rendering>> = {
  terminal: ({ finding }, width) => renderFinding(finding, { width, colour: false }),
  'e-mail': (told) => {
    const { subject, body } = emailText({ notificationId: 'notification-1', ...told });
    return [`Subject: ${subject}`, '', ...body.trimEnd().split('\n')];
  },
  Slack: (told) =>
    slackMessage({ notificationId: 'notification-1', ...told }).blocks.flatMap((block, index) => [
      ...(index === 0 ? [] : ['']),
      ...('elements' in block ? block.elements.map(({ text }) => text) : [block.text.text]).flatMap((text) =>
        text.split('\n'),
      ),
    ]),
  'Amazon Q': (told) => {
    const { title, description, nextSteps } = amazonQMessage({ notificationId: 'notification-1', ...told }).content;
    return [title, '', ...description.split('\n'), '', ...nextSteps.map((step, index) => `${index + 1}. ${step}`)];
  },
};

describe.each(Object.entries(TOLD_FINDINGS))('a finding told: %s', (name, told) => {
  it('is a golden file in every channel', async () => {
    const text = Object.entries(CHANNELS).map(
      ([channel, render]) => `===== ${channel}\n\n${render(told, 100).join('\n')}\n`,
    );
    await expect(text.join('\n')).toMatchFileSnapshot(`../../golden/renderings/${name}.txt`);
  });

  it.each(['terminal', 'e-mail', 'Slack'])('keeps the one order in %s', (channel) => {
    const labels = labelsOf(CHANNELS[channel]?.(told, 100) ?? []);
    expect(labels).toEqual(ORDER.filter((label) => labels.includes(label)));
    for (const always of ['where', 'how bad', 'impact', 'destination', 'source', 'in numbers', 'read on', 'id'])
      expect(labels).toContain(always);
    expect(labels.includes('do this first')).toBe(told.finding.recommendations.length > 0);
  });
});

it('the terminal, the e-mail and Slack side by side', async () => {
  const columns = ['terminal', 'e-mail', 'Slack'].map((channel) => [
    channel,
    '',
    ...(CHANNELS[channel]?.(TOLD_FINDINGS.nat, COLUMN) ?? []).flatMap((line) => cut(line, COLUMN)),
  ]);
  const rows = Array.from({ length: Math.max(...columns.map(({ length }) => length)) }, (_, row) =>
    columns
      .map((lines) => (lines[row] ?? '').padEnd(COLUMN))
      .join('  │  ')
      .trimEnd(),
  );
  await expect(`${rows.join('\n')}\n`).toMatchFileSnapshot('../../golden/renderings/side-by-side.txt');
});

const COLUMN = 62;

/** Lines as a narrow window wraps them. */
function cut(line: string, width: number): string[] {
  const lines: string[] = [];
  let rest = line;
  while (rest.length > width) {
    const space = rest.lastIndexOf(' ', width);
    const end = space > width / 2 ? space : width;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return [...lines, rest];
}

const labelsOf = (lines: Rendering): string[] =>
  lines.flatMap(
    (line) => ORDER.find((label) => new RegExp(`^(?:  )?\\*?${label}(?:\\*  | {2,}|$)`, 'i').test(line)) ?? [],
  );
