import * as z from 'zod/mini';
import { findingSchema, FINDING_KINDS, LAYERS, ruledOutSchema, SEVERITIES, STATUSES } from '../core/finding/schema.ts';
import { logGroupHealthSchema } from '../core/finding/log-group-health.ts';
import { destinationHeadroomSchema, natGatewaySummarySchema, signalSchema } from '../core/finding/summary-schema.ts';

/** What the query API takes and gives; the OpenAPI document is made from these. */

export const PAGE_LIMIT = 100;
export const PAGE_DEFAULT = 25;
export const TEXT_LIMIT = 256;
export const CURSOR_LIMIT = 1_024;
export const REASON_LIMIT = 1_000;
export const SUPPRESSION_LIMIT_DAYS = 90;
export const ACTIONS_SHOWN_LIMIT = 100;

const instant = z.iso.datetime({ offset: true });
const searchText = z.string().check(z.minLength(1), z.maxLength(TEXT_LIMIT));
const pageLimit = z._default(z.int().check(z.gte(1), z.lte(PAGE_LIMIT)), PAGE_DEFAULT);

export const findingIdSchema = z.string().check(z.regex(/^[A-Za-z0-9_.:-]{1,128}$/));

export const findingQuerySchema = z.strictObject({
  status: z.optional(z.enum(STATUSES)),
  severity: z.optional(z.enum(SEVERITIES)),
  kind: z.optional(z.enum(FINDING_KINDS)),
  layer: z.optional(z.enum(LAYERS)),
  destination: z.optional(searchText),
  source: z.optional(searchText),
  subject: z.optional(searchText),
  since: z.optional(instant),
  until: z.optional(instant),
  limit: pageLimit,
  cursor: z.optional(z.string().check(z.minLength(1), z.maxLength(CURSOR_LIMIT))),
});

export const destinationQuerySchema = z.strictObject({
  layer: z.optional(z.enum(LAYERS)),
  resource: z.optional(searchText),
  destination: z.optional(searchText),
  limit: pageLimit,
});

export const emptyQuerySchema = z.strictObject({});

/** At least one character that is not plain white space. */
const reason = z.string().check(z.regex(/[^ \t\r\n]/), z.maxLength(REASON_LIMIT));

export const reasonSchema = z.strictObject({ reason });
export const suppressionSchema = z.strictObject({ reason, until: instant });

export const findingPageSchema = z.object({ findings: z.array(findingSchema), nextCursor: z.nullable(z.string()) });

/** What people did to a finding, the newest first. */
export const findingActionsSchema = z.object({
  actions: z.array(
    z.object({
      action: z.enum(['acknowledge', 'suppress', 'resolve']),
      at: z.iso.datetime(),
      by: z.string(),
      reason: z.string(),
      /** For `suppress`: until when. */
      until: z.nullable(z.iso.datetime()),
    }),
  ),
});

/** When the analysis ran that an answer comes from; null before the first one. */
const analysedAt = z.nullable(z.iso.datetime());
const omitted = z.object({
  destinations: z.int().check(z.nonnegative()),
  utilisationAtMost: z.number().check(z.nonnegative()),
});

export const destinationPageSchema = z.object({
  analysedAt,
  destinations: z.array(destinationHeadroomSchema),
  /** What the limits dropped: how many, and how full the fullest of them could be. */
  omitted,
});

export const natGatewayPageSchema = z.object({
  analysedAt,
  natGateways: z.array(
    z.extend(natGatewaySummarySchema, { destinations: z.array(destinationHeadroomSchema), omitted }),
  ),
});

export const healthSchema = z.object({
  /** `unknown` before the first analysis, `degraded` while a signal is late or missing, or a log group is not listened to. */
  status: z.enum(['ok', 'degraded', 'unknown']),
  analysedAt,
  signals: z.array(signalSchema),
  /** Null where Freeport keeps no log groups subscribed. */
  logGroups: z.nullable(logGroupHealthSchema),
});

export const ruledOutPageSchema = z.object({ analysedAt, ruledOut: z.array(ruledOutSchema) });

/** RFC 9457. `errors` says which part of the request was wrong. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  errors: z.optional(
    z.array(z.object({ in: z.enum(['path', 'query', 'body']), name: z.string(), reason: z.string() })),
  ),
});

export type FindingActions = z.infer<typeof findingActionsSchema>;
export type DestinationFilters = z.infer<typeof destinationQuerySchema>;
export type DestinationPage = z.infer<typeof destinationPageSchema>;
export type NatGatewayPage = z.infer<typeof natGatewayPageSchema>;
export type RuledOutPage = z.infer<typeof ruledOutPageSchema>;
export type Health = z.infer<typeof healthSchema>;
export type Problem = z.infer<typeof problemSchema>;
