import type { Context, Hono } from 'hono';
import { isOver } from '../core/finding/apply-action.ts';
import type { HumanAction } from '../core/finding/human-action.ts';
import type { Finding } from '../core/finding/schema.ts';
import { isoOf } from '../core/model/time.ts';
import { InvalidCursor, type FindingQuery } from '../ports.ts';
import type { ApiOptions } from './api-options.ts';
import { boundedPage } from './bounded-page.ts';
import { problem } from './problem.ts';
import { readBody, readQuery, type Checked } from './read-request.ts';
import {
  ACTIONS_SHOWN_LIMIT,
  emptyQuerySchema,
  type FindingActions,
  findingIdSchema,
  findingQuerySchema,
  reasonSchema,
  SUPPRESSION_LIMIT_DAYS,
  suppressionSchema,
} from './schemas.ts';

const DAY_MS = 86_400_000;

export function addFindingRoutes(app: Hono, options: ApiOptions): void {
  app.get('/findings', (context) => listFindings(context, options));
  app.get('/findings/:id', async (context) => {
    const found = await askedFinding(context, options);
    return found.ok ? context.json(found.value) : found.response;
  });
  app.get('/findings/:id/actions', async (context) => {
    const found = await askedFinding(context, options);
    return found.ok ? context.json(actionsOn(found.value, await options.findings.actions())) : found.response;
  });
  app.post('/findings/:id/acknowledge', (context) => act(context, options, 'acknowledge'));
  app.post('/findings/:id/suppress', (context) => act(context, options, 'suppress'));
  app.post('/findings/:id/resolve', (context) => act(context, options, 'resolve'));
}

async function listFindings(context: Context, { findings }: ApiOptions): Promise<Response> {
  const checked = readQuery(context, findingQuerySchema);
  if (!checked.ok) return checked.response;
  const { since, until, ...rest } = checked.value;
  const query: FindingQuery = {
    ...rest,
    ...(since !== undefined && { sinceMs: Date.parse(since) }),
    ...(until !== undefined && { untilMs: Date.parse(until) }),
  };
  try {
    return context.body(await boundedPage(findings, query), 200, { 'content-type': 'application/json' });
  } catch (error) {
    if (!(error instanceof InvalidCursor)) throw error;
    const reason = 'not a cursor of this list; start again without one';
    return problem(context, 400, `cursor: ${reason}`, [{ in: 'query', name: 'cursor', reason }]);
  }
}

async function findFinding(context: Context, { findings }: ApiOptions): Promise<Checked<Finding>> {
  const id = findingIdSchema.safeParse(context.req.param('id'));
  const finding = id.success ? await findings.get(id.data) : null;
  if (finding === null) return { ok: false, response: problem(context, 404, 'There is no finding with this id.') };
  return { ok: true, value: finding };
}

async function askedFinding(context: Context, options: ApiOptions): Promise<Checked<Finding>> {
  const query = readQuery(context, emptyQuerySchema);
  return query.ok ? findFinding(context, options) : query;
}

const actionsOn = ({ id }: Finding, actions: readonly HumanAction[]): FindingActions => ({
  actions: actions
    .filter(({ findingId }) => findingId === id)
    .toSorted((a, b) => b.atMs - a.atMs)
    .slice(0, ACTIONS_SHOWN_LIMIT)
    .map(({ action, atMs, by, reason, untilMs }) => ({
      action,
      at: isoOf(atMs),
      by,
      reason,
      until: untilMs === null ? null : isoOf(untilMs),
    })),
});

async function act(context: Context, options: ApiOptions, action: HumanAction['action']): Promise<Response> {
  const nowMs = options.clock.nowMs();
  const query = readQuery(context, emptyQuerySchema);
  if (!query.ok) return query.response;
  const body = await readAct(context, action, nowMs);
  if (!body.ok) return body.response;
  const found = await findFinding(context, options);
  if (!found.ok) return found.response;
  if (isOver(found.value))
    return problem(context, 409, `It is ${found.value.status}; a new signal would open it again, or a new finding.`);
  const findingId = found.value.id;
  await options.findings.act({ findingId, action, atMs: nowMs, by: options.callerOf(context), ...body.value });
  return context.json(await options.findings.get(findingId));
}

type Act = Pick<HumanAction, 'reason' | 'untilMs'>;

async function readAct(context: Context, action: HumanAction['action'], nowMs: number): Promise<Checked<Act>> {
  if (action !== 'suppress') {
    const body = await readBody(context, reasonSchema);
    return body.ok ? { ok: true, value: { reason: body.value.reason.trim(), untilMs: null } } : body;
  }
  const body = await readBody(context, suppressionSchema);
  if (!body.ok) return body;
  const untilMs = Date.parse(body.value.until);
  if (untilMs > nowMs && untilMs <= nowMs + SUPPRESSION_LIMIT_DAYS * DAY_MS)
    return { ok: true, value: { reason: body.value.reason.trim(), untilMs } };
  const reason = `must lie ahead, within ${SUPPRESSION_LIMIT_DAYS} days`;
  const response = problem(context, 422, `until: ${reason}`, [{ in: 'body', name: 'until', reason }]);
  return { ok: false, response };
}
