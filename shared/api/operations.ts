import type * as z from 'zod/mini';
import { findingSchema } from '../core/finding/schema.ts';
import {
  destinationPageSchema,
  destinationQuerySchema,
  emptyQuerySchema,
  findingActionsSchema,
  findingPageSchema,
  findingQuerySchema,
  healthSchema,
  natGatewayPageSchema,
  reasonSchema,
  ruledOutPageSchema,
  suppressionSchema,
} from './schemas.ts';

/** One entry per operation of the API, in the order people meet them; the document and the client are made from these. */
export type Operation = {
  readonly id: string;
  readonly method: 'get' | 'post';
  readonly path: string;
  readonly summary: string;
  readonly query: z.ZodMiniObject;
  readonly body: z.ZodMiniObject | null;
  readonly answer: z.ZodMiniType | null;
  /** Problems besides 500, which every operation may answer. */
  readonly problems: readonly (400 | 404 | 409 | 413 | 415 | 422)[];
};

const ACT_PROBLEMS = [400, 404, 409, 413, 415] as const;

export const OPERATIONS: readonly Operation[] = [
  get('listFindings', '/findings', 'Findings, the newest `lastSeenAt` first.', findingQuerySchema, findingPageSchema),
  {
    ...get('getFinding', '/findings/{id}', 'One finding.', emptyQuerySchema, findingSchema),
    problems: [400, 404],
  },
  {
    ...get(
      'listFindingActions',
      '/findings/{id}/actions',
      'What people did to it, the newest first.',
      emptyQuerySchema,
      findingActionsSchema,
    ),
    problems: [400, 404],
  },
  act('acknowledgeFinding', 'acknowledge', 'Say that somebody looks after it.', reasonSchema),
  {
    ...act('suppressFinding', 'suppress', 'Keep it quiet until a time at most 90 days ahead.', suppressionSchema),
    problems: [...ACT_PROBLEMS, 422],
  },
  act('resolveFinding', 'resolve', 'Say that it is over.', reasonSchema),
  get(
    'listDestinations',
    '/destinations',
    'Destinations by how full they are, of the last analysis.',
    destinationQuerySchema,
    destinationPageSchema,
  ),
  get(
    'listNatGateways',
    '/nat-gateways',
    'Each NAT gateway with the room left towards its fullest destinations, of the last analysis.',
    emptyQuerySchema,
    natGatewayPageSchema,
  ),
  get('listRuledOut', '/ruled-out', 'What looked like exhaustion and was not.', emptyQuerySchema, ruledOutPageSchema),
  get('getHealth', '/health', 'Which signals arrive, and how late.', emptyQuerySchema, healthSchema),
  get('getOpenapi', '/openapi.json', 'This document.', emptyQuerySchema, null),
];

function get(
  id: string,
  path: string,
  summary: string,
  query: z.ZodMiniObject,
  answer: z.ZodMiniType | null,
): Operation {
  return { id, method: 'get', path, summary, query, body: null, answer, problems: [400] };
}

function act(id: string, verb: string, summary: string, body: z.ZodMiniObject): Operation {
  const path = `/findings/{id}/${verb}`;
  const query = emptyQuerySchema;
  return { id, method: 'post', path, summary, query, body, answer: findingSchema, problems: ACT_PROBLEMS };
}
