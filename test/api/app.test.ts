import { beforeEach, describe, expect, it } from 'vitest';
import { createApi } from '../../shared/api/app.ts';
import { findingActionsSchema, problemSchema } from '../../shared/api/schemas.ts';
import { openStore, type LocalStore } from '../../shared/local/store/sqlite-store.ts';
import { boringAction, boringFinding, isoAfterTen, TEN_O_CLOCK_MS } from '../contract/boring.ts';

let store: LocalStore;
let api: ReturnType<typeof createApi>;
const failures: unknown[] = [];

beforeEach(() => {
  store = openStore(':memory:');
  failures.length = 0;
  api = createApi({
    findings: store.findings,
    summaries: store.summaries,
    clock: { nowMs: () => TEN_O_CLOCK_MS + 600_000 },
    callerOf: () => 'ada',
    onFailure: (error) => failures.push(error),
  });
});

const seen = (id: string, minutes: number) => boringFinding({ id, lastSeenAt: isoAfterTen(minutes) });

async function ask(path: string, init: RequestInit = {}) {
  const response = await api.request(path, init);
  const text = await response.text();
  return { response, status: response.status, body: text === '' ? null : JSON.parse(text) };
}

const post = (path: string, body: unknown, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
  ask(path, { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) });

async function expectProblem(answer: ReturnType<typeof ask>, status: number, detail: RegExp): Promise<void> {
  const { response, body } = await answer;
  expect(response.status, JSON.stringify(body)).toBe(status);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(problemSchema.parse(body)).toMatchObject({ status, detail: expect.stringMatching(detail) });
}

describe('GET /findings', () => {
  it('lists findings whole, newest first', async () => {
    await store.findings.save([seen('a', 1), seen('b', 2)], []);
    expect((await ask('/findings')).body).toEqual({ findings: [seen('b', 2), seen('a', 1)], nextCursor: null });
  });

  it('pages with limit and cursor', async () => {
    await store.findings.save([seen('a', 1), seen('b', 2), seen('c', 3)], []);
    const first = (await ask('/findings?limit=2')).body;
    expect(first.findings.map(({ id }: { id: string }) => id)).toEqual(['c', 'b']);
    const second = (await ask(`/findings?limit=2&cursor=${first.nextCursor}`)).body;
    expect(second).toEqual({ findings: [seen('a', 1)], nextCursor: null });
  });

  it('gives fewer than asked for where they would be too much to answer', async () => {
    const large = (id: string, minutes: number) => ({ ...seen(id, minutes), samples: ['漢'.repeat(400_000)] });
    await store.findings.save([large('a', 1), large('b', 2), large('c', 3)], []);
    const first = (await ask('/findings')).body;
    expect(first.findings.map(({ id }: { id: string }) => id)).toEqual(['c', 'b']);
    const second = (await ask(`/findings?cursor=${first.nextCursor}`)).body;
    expect(second.findings.map(({ id }: { id: string }) => id)).toEqual(['a']);
    expect(second.nextCursor).toBeNull();
  });

  it('takes every filter', async () => {
    await store.findings.save([boringFinding()], []);
    const query = new URLSearchParams({
      status: 'open',
      severity: 'high',
      kind: 'nat-port-exhaustion',
      layer: 'nat',
      destination: '198.51.100.7:443',
      source: 'checkout',
      since: '2026-01-01T11:00:00+01:00',
      until: '2026-01-01T10:30:00Z',
    });
    expect((await ask(`/findings?${query}`)).body.findings).toHaveLength(1);
    query.set('until', '2026-01-01T10:00:00Z');
    expect((await ask(`/findings?${query}`)).body.findings).toHaveLength(0);
  });

  it.each([
    ['limit=0', /limit/],
    ['limit=101', /limit/],
    ['limit=1e1', /limit/],
    ['limit=', /limit/],
    ['status=opened', /status/],
    ['since=yesterday', /since/],
    ['serverity=high', /serverity/],
    ['status=open&status=resolved', /once/],
    ['cursor=nonsense', /cursor/],
    [`destination=${'x'.repeat(300)}`, /destination/],
  ])('refuses ?%s and says why', async (query, detail) => {
    await expectProblem(ask(`/findings?${query}`), 400, detail);
  });
});

describe('GET /findings/{id}', () => {
  it('gives one finding', async () => {
    await store.findings.save([boringFinding()], []);
    expect((await ask('/findings/finding-1')).body).toEqual(boringFinding());
  });

  it.each(['finding-2', '..%2f..%2fetc', '%00', 'x'.repeat(200)])('has nothing at %s', async (id) => {
    await expectProblem(ask(`/findings/${id}`), 404, /finding|nothing/);
  });

  it('answers 304 while nothing has changed', async () => {
    await store.findings.save([boringFinding()], []);
    const etag = (await ask('/findings/finding-1')).response.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"/);
    const again = await ask('/findings/finding-1', { headers: { 'if-none-match': etag } });
    expect(again).toMatchObject({ status: 304, body: null });
    await store.findings.save([boringFinding({ severity: 'low' })], []);
    expect((await ask('/findings/finding-1', { headers: { 'if-none-match': etag } })).status).toBe(200);
  });
});

describe('POST /findings/{id}/…', () => {
  beforeEach(() => store.findings.save([boringFinding()], []));
  const reason = 'known; see the change calendar';

  it('acknowledges, and records who, when and why', async () => {
    const { status, body } = await post('/findings/finding-1/acknowledge', { reason: `  ${reason} ` });
    expect({ status, body }).toMatchObject({ status: 200, body: { id: 'finding-1', status: 'acknowledged' } });
    expect(await store.findings.actions()).toEqual([
      {
        findingId: 'finding-1',
        action: 'acknowledge',
        atMs: TEN_O_CLOCK_MS + 600_000,
        by: 'ada',
        reason,
        untilMs: null,
      },
    ]);
  });

  it('suppresses until a time', async () => {
    const { body } = await post('/findings/finding-1/suppress', { reason, until: isoAfterTen(120) });
    expect(body).toMatchObject({ status: 'suppressed', suppressedUntil: isoAfterTen(120) });
  });

  it('resolves, and only once', async () => {
    const { body } = await post('/findings/finding-1/resolve', { reason });
    expect(body).toMatchObject({ status: 'resolved', resolvedAt: isoAfterTen(10) });
    await expectProblem(post('/findings/finding-1/acknowledge', { reason }), 409, /resolved/);
    expect(await store.findings.actions()).toHaveLength(1);
  });

  it.each([
    ['an empty reason', 'acknowledge', { reason: '   ' }, /reason/],
    ['no reason', 'resolve', {}, /reason/],
    ['a long reason', 'resolve', { reason: 'x'.repeat(1_001) }, /reason/],
    ['more than was asked', 'resolve', { reason, by: 'eve' }, /by/],
    ['no until', 'suppress', { reason }, /until/],
    ['text that is not JSON', 'resolve', '{"reason":', /JSON/],
    ['a list', 'resolve', '[]', /object/],
    ['null', 'resolve', 'null', /object/],
  ])('refuses %s', async (_name, action, body, detail) => {
    await expectProblem(post(`/findings/finding-1/${action}`, body), 400, detail);
    expect(await store.findings.actions()).toEqual([]);
  });

  it.each([isoAfterTen(0), isoAfterTen(10), '2030-01-01T00:00:00Z'])('cannot suppress until %s', async (until) => {
    await expectProblem(post('/findings/finding-1/suppress', { reason, until }), 422, /until/);
    expect(await store.findings.actions()).toEqual([]);
  });

  it('refuses a form, which any page could send', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    await expectProblem(post('/findings/finding-1/resolve', 'reason=x', form), 415, /JSON|json/);
    await expectProblem(post('/findings/finding-1/resolve', '{}', { 'content-type': 'text/plain' }), 415, /json/);
  });

  it('refuses a body past the limit, and a finding that is not there', async () => {
    await expectProblem(post('/findings/finding-1/resolve', { reason: 'x'.repeat(20_000) }), 413, /bytes/);
    await expectProblem(post('/findings/none/resolve', { reason }), 404, /finding/);
  });
});

describe('GET /findings/{id}/actions', () => {
  it('gives what people did to it, the newest first', async () => {
    await store.findings.save([boringFinding(), boringFinding({ id: 'finding-2' })], []);
    expect((await ask('/findings/finding-1/actions')).body).toEqual({ actions: [] });
    await store.findings.act(boringAction({ atMs: TEN_O_CLOCK_MS, reason: 'first' }));
    await store.findings.act(
      boringAction({ action: 'suppress', atMs: TEN_O_CLOCK_MS + 60_000, untilMs: TEN_O_CLOCK_MS + 120_000 }),
    );
    await store.findings.act(boringAction({ findingId: 'finding-2' }));
    const { body } = await ask('/findings/finding-1/actions');
    expect(findingActionsSchema.parse(body)).toEqual({
      actions: [
        { action: 'suppress', at: isoAfterTen(1), by: 'ada', reason: 'looking into it', until: isoAfterTen(2) },
        { action: 'acknowledge', at: isoAfterTen(0), by: 'ada', reason: 'first', until: null },
      ],
    });
    await expectProblem(ask('/findings/none/actions'), 404, /finding/);
    await expectProblem(ask('/findings/finding-1/actions?limit=1'), 400, /limit/);
  });
});

describe('everywhere', () => {
  it('answers to its methods only, and says which', async () => {
    const answer = ask('/findings', { method: 'DELETE' });
    await expectProblem(answer, 405, /GET/);
    expect((await answer).response.headers.get('allow')).toContain('GET');
    await expectProblem(ask('/findings/finding-1/resolve'), 405, /POST/);
    await expectProblem(ask('/nowhere'), 404, /nothing/);
  });

  it('keeps what went wrong inside to itself', async () => {
    store.close();
    const answer = ask('/findings');
    await expectProblem(answer, 500, /log of the API/);
    expect(JSON.stringify((await answer).body)).not.toContain('database');
    expect(String(failures[0])).toContain('database');
  });

  it('is never kept by a shared cache, nor sniffed', async () => {
    const { response } = await ask('/health');
    expect(response.headers.get('cache-control')).toBe('private, no-cache');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });
});
