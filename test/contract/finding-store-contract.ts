import { describe, expect, it } from 'vitest';
import type { Finding } from '../../shared/core/finding/schema.ts';
import { isoOf } from '../../shared/core/model/time.ts';
import { InvalidCursor, type FindingQuery, type FindingStore } from '../../shared/ports.ts';
import { boringAction, boringFinding, boringNotification, isoAfterTen, TEN_O_CLOCK_MS } from './boring.ts';

export function findingStoreContract(store: () => FindingStore): void {
  const save = (...findings: Finding[]) => store().save(findings, []);
  const idsOf = async (query: Partial<FindingQuery> = {}) =>
    (await store().list({ limit: 100, ...query })).findings.map(({ id }) => id);

  describe('saving and getting', () => savingContract(store));
  describe('filters', () => filterContract(save, idsOf));
  describe('pages', () => pageContract(store, save));
  describe('acts of people', () => actionContract(store, save, idsOf));
  describe('outbox', () => outboxContract(store));
}

type Save = (...findings: Finding[]) => Promise<void>;
type IdsOf = (query?: Partial<FindingQuery>) => Promise<string[]>;

function savingContract(store: () => FindingStore): void {
  it('is empty at first', async () => {
    expect(await store().get('finding-1')).toBeNull();
    expect(await store().list({ limit: 10 })).toEqual({ findings: [], nextCursor: null });
    expect(await store().episodes()).toEqual([]);
    expect(await store().actions()).toEqual([]);
    expect(await store().owed()).toEqual([]);
  });

  it('gives a finding back as it was, hostile text included', async () => {
    const finding = boringFinding({
      title: "<script>alert(1)</script>\u202E\u001B[31m\u0000 漢字 '; DROP TABLE findings; --",
      samples: ['x'.repeat(100_000)],
    });
    await store().save([finding], []);
    expect(await store().get(finding.id)).toEqual(finding);
    expect((await store().list({ limit: 1 })).findings).toEqual([finding]);
  });

  it('replaces a finding of the same id, and finds it by what it says now', async () => {
    await store().save([boringFinding({ severity: 'high' })], []);
    const moved = boringFinding({ severity: 'critical', destination: null, destinations: [] });
    await store().save([moved], []);
    expect((await store().list({ limit: 10 })).findings).toEqual([moved]);
    expect((await store().list({ limit: 10, severity: 'high' })).findings).toEqual([]);
    expect((await store().list({ limit: 10, destination: '198.51.100.7' })).findings).toEqual([]);
  });

  it('keeps the episode of each finding', async () => {
    await store().save([boringFinding(), boringFinding({ id: 'finding-2', episode: 2 })], []);
    await store().save([boringFinding({ lastSeenAt: isoAfterTen(9) })], []);
    const episodes = [...(await store().episodes())].sort((a, b) => (a.findingId < b.findingId ? -1 : 1));
    const subject = 'nat-gateway:nat-0a1b2c3d4e5f60718';
    expect(episodes).toMatchObject([
      {
        findingId: 'finding-1',
        family: 'nat-ports',
        subject,
        episode: 1,
        firstSeenMs: TEN_O_CLOCK_MS,
        lastSeenMs: at(9),
      },
      { findingId: 'finding-2', subject, episode: 2, firstSeenMs: TEN_O_CLOCK_MS, lastSeenMs: at(5) },
    ]);
  });
}

function filterContract(save: Save, idsOf: IdsOf): void {
  it('filters by status, severity, kind and layer, alone and together', async () => {
    await save(
      boringFinding({ id: 'a' }),
      boringFinding({ id: 'b', status: 'resolved', severity: 'critical' }),
      boringFinding({ id: 'c', kind: 'host-port-pressure', layer: 'host', severity: 'critical' }),
    );
    expect(await idsOf({ status: 'open' })).toEqual(['a', 'c']);
    expect(await idsOf({ severity: 'critical' })).toEqual(['b', 'c']);
    expect(await idsOf({ kind: 'host-port-pressure' })).toEqual(['c']);
    expect(await idsOf({ layer: 'nat' })).toEqual(['a', 'b']);
    expect(await idsOf({ status: 'open', severity: 'critical', layer: 'host' })).toEqual(['c']);
    expect(await idsOf({ status: 'withdrawn' })).toEqual([]);
  });

  it('finds any of the destinations by address, address and port, or host name', async () => {
    const [first] = boringFinding().destinations;
    if (first === undefined) throw new Error('the boring finding has a destination');
    const destinations = [first, { ...first, address: '2001:db8::1', port: 8443, hostNames: ['API.example.net'] }];
    await save(boringFinding({ destinations }), boringFinding({ id: 'none', destination: null, destinations: [] }));
    for (const destination of [
      '198.51.100.7',
      '198.51.100.7:443',
      'payments.example.com',
      '2001:db8::1',
      '[2001:DB8::1]:8443',
      'api.example.net',
    ])
      expect(await idsOf({ destination }), destination).toEqual(['finding-1']);
    for (const destination of ['198.51.100', '198.51.100.7:80', '10.0.1.5', 'example.com', '%', ''])
      expect(await idsOf({ destination }), destination).toEqual([]);
  });

  it('finds any of the sources by address, interface, owner or log source, and the subject when it is one', async () => {
    const [first] = boringFinding().sources;
    if (first === undefined) throw new Error('the boring finding has a source');
    await save(
      boringFinding({ sources: [first, { ...first, address: '10.0.1.6', logSource: '/app/checkout' }] }),
      boringFinding({ id: 'host', subject: { type: 'source-address', id: '10.9.9.9' }, sources: [] }),
    );
    for (const source of ['10.0.1.5', '10.0.1.6', 'eni-0aa11bb22cc33dd44', 'checkout', '/app/checkout'])
      expect(await idsOf({ source }), source).toEqual(['finding-1']);
    expect(await idsOf({ source: '10.9.9.9' })).toEqual(['host']);
    expect(await idsOf({ source: '198.51.100.7' })).toEqual([]);
  });

  it('finds what a finding is about by its exact id, with other filters and page by page', async () => {
    const about = (id: string, minutes: number, override: Partial<Finding> = {}) =>
      boringFinding({ id, lastSeenAt: isoAfterTen(minutes), ...override });
    const other = { type: 'log-source' as const, id: '/ecs/Checkout' };
    await save(
      about('first', 1, { status: 'resolved' }),
      about('second', 2, { severity: 'low' }),
      about('third', 3),
      about('other', 9, { subject: other }),
    );
    const subject = boringFinding().subject.id;
    expect(await idsOf({ subject })).toEqual(['third', 'second', 'first']);
    expect(await idsOf({ subject, status: 'open' })).toEqual(['third', 'second']);
    expect(await idsOf({ subject, severity: 'low', destination: '198.51.100.7' })).toEqual(['second']);
    expect(await idsOf({ subject, sinceMs: at(2) })).toEqual(['third', 'second']);
    expect(await idsOf({ subject: other.id })).toEqual(['other']);
    for (const none of [other.id.toLowerCase(), subject.slice(0, -1), '%'])
      expect(await idsOf({ subject: none })).toEqual([]);
  });

  it('is within [since, until) when any of the finding is', async () => {
    await save(boringFinding({ firstSeenAt: isoAfterTen(10), lastSeenAt: isoAfterTen(20) }));
    expect(await idsOf({ sinceMs: at(20) })).toEqual(['finding-1']);
    expect(await idsOf({ sinceMs: at(20) + 1 })).toEqual([]);
    expect(await idsOf({ untilMs: at(10) })).toEqual([]);
    expect(await idsOf({ untilMs: at(10) + 1 })).toEqual(['finding-1']);
    expect(await idsOf({ sinceMs: at(12), untilMs: at(13) })).toEqual(['finding-1']);
  });
}

function pageContract(store: () => FindingStore, save: Save): void {
  const walk = async (query: FindingQuery, between: (page: number) => Promise<void> = async () => {}) => {
    const pages: string[][] = [];
    let cursor: string | null = null;
    do {
      const page = await store().list(cursor === null ? query : { ...query, cursor });
      pages.push(page.findings.map(({ id }) => id));
      cursor = page.nextCursor;
      await between(pages.length);
    } while (cursor !== null && pages.length < 100);
    return pages;
  };
  const seen = (id: string, minutes: number) => boringFinding({ id, lastSeenAt: isoAfterTen(minutes) });

  it('lists the newest lastSeenAt first, every finding once, equal times included', async () => {
    await save(seen('b', 3), seen('d', 3), seen('a', 1), seen('c', 3), seen('e', 9));
    expect((await walk({ limit: 2 })).flat()).toEqual(['e', 'b', 'c', 'd', 'a']);
    expect((await walk({ limit: 5 })).flat()).toEqual(['e', 'b', 'c', 'd', 'a']);
    expect((await walk({ limit: 1 })).flat()).toEqual(['e', 'b', 'c', 'd', 'a']);
  });

  it('neither repeats nor loses a finding when others arrive between pages', async () => {
    await save(...Array.from({ length: 9 }, (_, index) => seen(`old-${index}`, index)));
    const pages = await walk({ limit: 3 }, (page) => save(seen(`new-${page}`, 100 + page), seen(`late-${page}`, 8)));
    const old = pages.flat().filter((id) => id.startsWith('old-'));
    expect(old).toEqual(Array.from({ length: 9 }, (_, index) => `old-${8 - index}`));
    expect(pages.flat().filter((id) => id.startsWith('new-'))).toEqual([]);
  });

  it('pages through a filter without empty pages before the end', async () => {
    const many = Array.from({ length: 30 }, (_, index) =>
      boringFinding({ id: `f-${index}`, lastSeenAt: isoAfterTen(index), severity: index % 10 === 0 ? 'low' : 'high' }),
    );
    await save(...many);
    const pages = await walk({ limit: 2, severity: 'low' });
    expect(pages.flat()).toEqual(['f-20', 'f-10', 'f-0']);
  });

  it('pages through what both a destination and a source name', async () => {
    const [source] = boringFinding().sources;
    if (source === undefined) throw new Error('the boring finding has a source');
    const sources = [{ ...source, owner: 'invoices' }];
    await save(seen('a', 1), seen('b', 2), seen('c', 2), { ...seen('other', 2), sources }, seen('d', 3));
    const query = { limit: 2, destination: '198.51.100.7:443', source: 'checkout' };
    expect((await walk(query)).flat()).toEqual(['d', 'b', 'c', 'a']);
    expect((await walk({ ...query, source: 'invoices' })).flat()).toEqual(['other']);
  });

  it('pages on after a cursor that lies before `since`', async () => {
    await save(seen('a', 1), seen('b', 2), seen('c', 3));
    const { nextCursor } = await store().list({ limit: 2 });
    const query = { limit: 2, sinceMs: at(3), cursor: nextCursor ?? '' };
    expect(await store().list(query)).toEqual({ findings: [], nextCursor: null });
    expect((await walk({ limit: 1, subject: boringFinding().subject.id })).flat()).toEqual(['c', 'b', 'a']);
  });

  it('refuses a cursor it did not give', async () => {
    await save(seen('a', 1));
    for (const cursor of ['', 'x', 'bm90IG1pbmU', '../../etc/passwd', 'é', 'A'.repeat(2_000)])
      await expect(store().list({ limit: 1, cursor }), cursor).rejects.toThrow(InvalidCursor);
  });
}

function actionContract(store: () => FindingStore, save: Save, idsOf: IdsOf): void {
  it('shows an acknowledgement, a suppression and a resolution at once', async () => {
    await save(boringFinding({ id: 'a' }), boringFinding({ id: 'b' }), boringFinding({ id: 'c' }));
    await store().act(boringAction({ findingId: 'a' }));
    await store().act(boringAction({ findingId: 'b', action: 'suppress', untilMs: at(60) }));
    await store().act(boringAction({ findingId: 'c', action: 'resolve', atMs: at(7) }));
    expect(await store().get('a')).toMatchObject({ status: 'acknowledged', resolvedAt: null });
    expect(await store().get('b')).toMatchObject({ status: 'suppressed', suppressedUntil: isoAfterTen(60) });
    expect(await store().get('c')).toMatchObject({ status: 'resolved', resolvedAt: isoAfterTen(7) });
    expect(await idsOf({ status: 'open' })).toEqual([]);
    expect(await idsOf({ status: 'suppressed' })).toEqual(['b']);
  });

  it('leaves a finding that is over as it is, but keeps the act', async () => {
    const over = boringFinding({ status: 'withdrawn' });
    await save(over);
    await store().act(boringAction());
    expect(await store().get(over.id)).toEqual(over);
    expect(await store().actions()).toEqual([boringAction()]);
  });

  it('gives every act back, oldest first', async () => {
    const acts = [boringAction({ atMs: at(9), reason: 'later' }), boringAction({ atMs: at(8), reason: 'é <b>' })];
    for (const act of acts) await store().act(act);
    expect(await store().actions()).toEqual(acts.toReversed());
  });
}

function outboxContract(store: () => FindingStore): void {
  it('owes a notification until it is marked as sent, once however often it is saved', async () => {
    const [first, second] = [boringNotification(), boringNotification({ notificationId: 'finding-1/resolved' })];
    await store().save([boringFinding()], [first, second]);
    await store().save([boringFinding()], [first]);
    expect(await owedIds(store())).toEqual([first.notificationId, second.notificationId]);
    expect(await store().owed()).toContainEqual(first);
    await store().markSent(first.notificationId);
    await store().save([boringFinding()], [first]);
    expect(await owedIds(store())).toEqual([second.notificationId]);
  });

  it('takes a mark for a notification it does not know', async () => {
    await store().markSent('never-owed');
    expect(await store().owed()).toEqual([]);
  });
}

const owedIds = async (store: FindingStore) =>
  (await store.owed()).map(({ notificationId }) => notificationId).sort((a, b) => (a < b ? -1 : 1));

const at = (minutes: number): number => Date.parse(isoOf(TEN_O_CLOCK_MS + minutes * 60_000));
