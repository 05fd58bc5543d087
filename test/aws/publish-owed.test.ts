import { beforeEach, describe, expect, it } from 'vitest';
import type { Notification, Transition } from '../../shared/core/notify/notification.ts';
import type { Channel } from '../../shared/core/notify/route-notification.ts';
import type { Finding } from '../../shared/core/finding/schema.ts';
import { publishOwed, STORM_SIZE, type ChannelSender, type DeliveryLedger } from '../../shared/publish-owed.ts';
import { boringFinding } from '../contract/boring.ts';

let outbox: Notification[];
let sent: string[];
let ledger: DeliveryLedger;

beforeEach(() => {
  outbox = [];
  sent = [];
  ledger = ledgerInMemory();
});

function ledgerInMemory(): DeliveryLedger {
  const claims = new Map<string, 'busy' | 'done'>();
  const told = new Map<string, Set<Channel>>();
  return {
    async claim(channel, id) {
      const state = claims.get(`${channel} ${id}`);
      if (state !== undefined) return state;
      claims.set(`${channel} ${id}`, 'busy');
      return 'mine';
    },
    async complete(channel, { notificationId, finding }) {
      claims.set(`${channel} ${notificationId}`, 'done');
      told.set(finding.id, (told.get(finding.id) ?? new Set()).add(channel));
    },
    release: async (channel, id) => void claims.delete(`${channel} ${id}`),
    toldIn: async (id) => told.get(id) ?? new Set(),
  };
}

const sender = (channel: Channel, groups: boolean): ChannelSender => ({
  groups,
  send: async (notifications) =>
    void sent.push(`${channel}: ${notifications.map((one) => one.notificationId).join('+')}`),
});

const SENDERS = {
  email: sender('email', true),
  chat: sender('chat', true),
  machine: sender('machine', false),
  bus: sender('bus', false),
};

const owe = (id: string, transition: Transition = 'opened', override: Partial<Finding> = {}): void =>
  void outbox.push({ notificationId: `${id}:${transition}`, transition, finding: boringFinding({ id, ...override }) });

const WARNING = { severity: 'medium', firstFailureAt: null } as const;

const findings = {
  owed: async () => [...outbox],
  markSent: async (id: string) => void (outbox = outbox.filter(({ notificationId }) => notificationId !== id)),
};

const publish = (senders: Parameters<typeof publishOwed>[0]['senders'] = SENDERS) =>
  publishOwed({ findings, ledger, senders });

describe('publishing what is owed', () => {
  it('tells everybody at once of a first failure and of what is critical', async () => {
    owe('a');
    owe('b', 'opened', { ...WARNING, severity: 'critical' });
    await publish();
    for (const channel of ['email', 'chat', 'machine', 'bus'])
      for (const id of ['a', 'b']) expect(sent).toContain(`${channel}: ${id}:opened`);
    expect(outbox).toEqual([]);
  });

  it('tells of warnings in chat only, and by e-mail where there is no chat', async () => {
    owe('a', 'opened', WARNING);
    await publish();
    expect(sent).toEqual(['chat: a:opened', 'machine: a:opened', 'bus: a:opened']);
    owe('b', 'opened', WARNING);
    await publish({ email: SENDERS.email });
    expect(sent).toContain('email: b:opened');
  });

  it('tells of the end where the beginning was told', async () => {
    owe('a', 'opened', WARNING);
    await publish();
    sent = [];
    owe('a', 'resolved', { status: 'resolved' });
    await publish();
    expect(sent).toEqual(['chat: a:resolved', 'machine: a:resolved', 'bus: a:resolved']);
  });

  it('tells of an end that stands behind its beginning in the outbox', async () => {
    owe('a');
    owe('a', 'resolved', { status: 'resolved' });
    await publish();
    expect(sent.filter((line) => line.startsWith('email'))).toEqual(['email: a:opened', 'email: a:resolved']);
  });

  it('makes one message of a storm for people, and one each for programs', async () => {
    for (let index = 0; index <= STORM_SIZE; index += 1) owe(`f${index}`);
    await publish();
    expect(sent.filter((line) => line.startsWith('email'))).toEqual(['email: f0:opened+f1:opened+f2:opened+f3:opened']);
    expect(sent.filter((line) => line.startsWith('machine'))).toHaveLength(STORM_SIZE + 1);
  });

  it('keeps what one channel refused and does not repeat the others', async () => {
    owe('a');
    const refusing = { ...SENDERS, bus: { groups: false, send: () => Promise.reject(new Error('no')) } };
    const { errors, left } = await publish(refusing);
    expect([errors.length, left, outbox.length]).toEqual([1, 1, 1]);
    expect(await publish()).toMatchObject({ sent: 1, left: 0 });
    expect(sent.filter((line) => line.startsWith('email'))).toHaveLength(1);
    expect(sent.filter((line) => line.startsWith('bus'))).toHaveLength(1);
  });

  it('leaves to another what another is at', async () => {
    owe('a');
    await ledger.claim('email', 'a:opened');
    expect(await publish()).toMatchObject({ sent: 0, left: 1 });
    expect(sent).not.toContain('email: a:opened');
    expect(outbox).toHaveLength(1);
  });
});
