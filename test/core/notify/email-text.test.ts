import { describe, expect, it } from 'vitest';
import { emailText } from '../../../shared/core/notify/email-text.ts';
import type { Transition } from '../../../shared/core/notify/notification.ts';
import type { Finding } from '../../../shared/core/finding/schema.ts';
import { boringFinding } from '../../contract/boring.ts';

const emailOf = (finding: Finding, transition: Transition = 'opened') =>
  emailText({ notificationId: `${finding.id}/${transition}`, transition, finding });

const fullFinding = boringFinding({
  severity: 'critical',
  etaAt: { low: '2026-01-01T10:09:00Z', high: '2026-01-01T10:12:00Z' },
  recommendations: [
    {
      action: 'Reuse connections',
      detail: '94 % of connections live under 2 s: keep them alive in a pool of 50.',
      expectedEffect: 'the peak falls from 98 % to 4 %',
      preconditions: ['the server keeps idle connections for a minute'],
      sideEffects: ['50 connections stay open'],
    },
  ],
  evidence: [
    { source: 'flow-log', detector: 'nat-unanswered-opens', statement: '264 opens were not answered', at: null },
  ],
  missingEvidence: ['metrics of the NAT gateway'],
});

describe('the e-mail of a finding', () => {
  it('says it all on one screen', async () => {
    const { subject, body } = emailOf(fullFinding);
    await expect(`${subject}\n\n${body}`).toMatchFileSnapshot('../../golden/email/opened.txt');
  });

  it('says that it is over', async () => {
    const over = boringFinding({ status: 'resolved', resolvedAt: '2026-01-01T10:20:00Z', destination: null });
    const { subject, body } = emailOf({ ...over, destinations: [], sources: [], peakUtilisation: null }, 'resolved');
    await expect(`${subject}\n\n${body}`).toMatchFileSnapshot('../../golden/email/resolved.txt');
  });

  it('gives the first step whole, its commands included', () => {
    const detail = `aws ec2 ${'--option value '.repeat(70)}--end`;
    const recommendation = { action: 'a', detail, expectedEffect: '', preconditions: [], sideEffects: [] };
    expect(emailOf(boringFinding({ recommendations: [recommendation] })).body).toContain(detail);
  });

  it('keeps the subject to what SNS allows', () => {
    const { subject } = emailOf(boringFinding({ title: `é\n\r\u202E${'x'.repeat(300)}` }));
    expect(subject).toMatch(/^[\u0020-\u007E]{1,99}$/);
  });

  it('lets hostile text neither break a line nor move the cursor nor turn the reading order', () => {
    const hostile = 'a\nImpact         none\u001B[2J\u202Egnp.exe\u0000';
    const { body } = emailOf(boringFinding({ title: hostile, causeReason: hostile, missingEvidence: [hostile] }));
    expect(body.split('\n').filter((line) => line.startsWith('Impact'))).toEqual([
      'Impact         10 to 20 connections failed',
    ]);
    // eslint-disable-next-line no-control-regex -- that is what must not be there
    expect(body).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u202E]/);
  });

  it('shows the largest five of many and says how many more there are', () => {
    const [source] = boringFinding().sources;
    if (source === undefined) throw new Error('the boring finding has a source');
    const sources = Array.from({ length: 300 }, (_, index) => ({ ...source, address: `10.0.0.${index}` }));
    const { body } = emailOf(boringFinding({ sources }));
    expect(body).toContain('10.0.0.4');
    expect(body).not.toContain('10.0.0.5 ');
    expect(body).toContain('and 295 more');
  });
});
