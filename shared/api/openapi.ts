import * as z from 'zod/mini';
import { findingSchema, ruledOutSchema } from '../core/finding/schema.ts';
import { destinationHeadroomSchema, natGatewaySummarySchema, signalSchema } from '../core/finding/summary-schema.ts';
import { OPERATIONS, type Operation } from './operations.ts';
import { problemTitle } from './problem.ts';
import {
  destinationPageSchema,
  findingActionsSchema,
  findingIdSchema,
  findingPageSchema,
  healthSchema,
  natGatewayPageSchema,
  problemSchema,
  reasonSchema,
  ruledOutPageSchema,
  suppressionSchema,
} from './schemas.ts';

type Json = { readonly [key: string]: unknown };

const NAMED = {
  Finding: findingSchema,
  FindingPage: findingPageSchema,
  FindingActions: findingActionsSchema,
  Reason: reasonSchema,
  Suppression: suppressionSchema,
  DestinationHeadroom: destinationHeadroomSchema,
  DestinationPage: destinationPageSchema,
  NatGatewaySummary: natGatewaySummarySchema,
  NatGatewayPage: natGatewayPageSchema,
  Signal: signalSchema,
  RuledOut: ruledOutSchema,
  RuledOutPage: ruledOutPageSchema,
  Health: healthSchema,
  Problem: problemSchema,
} as const;

/** The API as OpenAPI 3.1, made from the very schemas that check requests. */
export function openapiDocument(): Json {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Freeport query API',
      version: '1',
      description:
        'Findings about port exhaustion, what people did to them, and the room left elsewhere. Errors are ' +
        '`application/problem+json` (RFC 9457); cursors stay valid when findings arrive; every GET has an ETag.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    paths: pathsOf(OPERATIONS),
    components: { schemas: namedSchemas() },
  };
}

function namedSchemas(): Json {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(NAMED)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, {
    io: 'input',
    uri: (id) => `#/components/schemas/${id}`,
    override: shorten,
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $schema: _schema, $id: _id, ...schema }]) => [id, schema]),
  );
}

function pathsOf(operations: readonly Operation[]): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const operation of operations) (paths[operation.path] ??= {})[operation.method] = describe(operation);
  return paths;
}

function describe({ id, summary, path, query, body, answer, problems }: Operation): Json {
  const parameters = [...(path.includes('{id}') ? [idParameter()] : []), ...queryParameters(query)];
  const answered = answer === null ? { type: 'object' } : referenceTo(answer);
  return {
    operationId: id,
    summary,
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { required: true, content: { 'application/json': { schema: referenceTo(body) } } } }),
    responses: {
      200: { description: 'The answer.', content: { 'application/json': { schema: answered } } },
      ...(!body && { 304: { description: 'Nothing changed since the ETag given in `If-None-Match`.' } }),
      ...Object.fromEntries(
        [...problems, 500 as const].map((status) => [status, problemResponse(problemTitle(status))]),
      ),
    },
  };
}

const problemResponse = (description: string): Json => ({
  description: `${description}.`,
  content: { 'application/problem+json': { schema: referenceTo(problemSchema) } },
});

const idParameter = (): Json => ({ name: 'id', in: 'path', required: true, schema: plainSchema(findingIdSchema) });

const queryParameters = (query: Operation['query']): Json[] =>
  Object.entries(query.shape).map(([name, schema]) => ({
    name,
    in: 'query',
    required: false,
    schema: plainSchema(schema),
  }));

function referenceTo(schema: z.core.$ZodType): Json {
  const name = Object.entries(NAMED).find(([, named]) => named === schema)?.[0];
  if (name === undefined) throw new Error('every body and answer of an operation needs a name');
  return { $ref: `#/components/schemas/${name}` };
}

function plainSchema(schema: z.core.$ZodType): Json {
  const { $schema: _schema, ...plain } = z.toJSONSchema(schema, { io: 'input', override: shorten });
  return plain;
}

/** `format` says what a date-time is; the expression that checks it is 300 characters that help nobody. */
function shorten({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
}
