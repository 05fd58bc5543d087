/** Writes the console's client from the OpenAPI document, so that the page knows the API by its published contract alone. */

type Json = { readonly [key: string]: unknown };

/** The TypeScript text of `api-client.ts`: one type per named schema, one function per operation. */
export function clientSource(document: Json): string {
  const { schemas } = document['components'] as { schemas: Record<string, Json> };
  const operations = Object.entries(document['paths'] as Record<string, Record<string, Json>>).flatMap(
    ([path, methods]) => Object.entries(methods).map(([method, operation]) => operationSource(method, path, operation)),
  );
  return [
    '// Generated from docs/openapi.json by generate-client.ts: change the schemas in shared/, then `npx vitest -u`.',
    '',
    ...Object.entries(schemas).map(([name, schema]) => `export type ${name} = ${typeOf(schema)};\n`),
    PREAMBLE,
    'export const apiClient = (send: Send) => ({',
    ...operations,
    '});',
    '',
    'export type ApiClient = ReturnType<typeof apiClient>;',
    '',
  ].join('\n');
}

const PREAMBLE = `/** Sends a request below the API's root and gives the answer's JSON; throws what it makes of a problem. */
export type Send = (method: 'GET' | 'POST', path: string, body?: unknown) => Promise<unknown>;

const search = (query: object): string => {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return given.length === 0 ? '' : \`?\${new URLSearchParams(Object.fromEntries(given.map(([name, value]) => [name, String(value)])))}\`;
};
`;

function operationSource(method: string, path: string, operation: Json): string {
  const parameters = (operation['parameters'] ?? []) as { name: string; in: string; schema: Json }[];
  const query = parameters.filter((parameter) => parameter.in === 'query');
  const inPath = parameters.filter((parameter) => parameter.in === 'path');
  const body = contentOf(operation['requestBody'] as Json | undefined);
  const answer = contentOf((operation['responses'] as Record<string, Json>)['200']);
  const queryType = `{ ${query.map(({ name, schema }) => `${name}?: ${typeOf(schema)}`).join('; ')} }`;
  const taken = [
    ...inPath.map(({ name }) => `${name}: string`),
    ...(body ? [`body: ${typeOf(body)}`] : []),
    ...(query.length > 0 ? [`query: ${queryType} = {}`] : []),
  ];
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => `\${encodeURIComponent(${name})}`);
  const target = query.length > 0 ? `\`${filled}\${search(query)}\`` : `\`${filled}\``;
  return [
    `  /** ${String(operation['summary'])} */`,
    `  ${String(operation['operationId'])}: (${taken.join(', ')}) =>`,
    `    send('${method.toUpperCase()}', ${target}${body ? ', body' : ''}) as Promise<${typeOf(answer ?? {})}>,`,
  ].join('\n');
}

function contentOf(message: Json | undefined): Json | null {
  const content = message?.['content'] as Record<string, { schema: Json }> | undefined;
  return content?.['application/json']?.schema ?? null;
}

function typeOf(schema: Json): string {
  if (typeof schema['$ref'] === 'string') return schema['$ref'].replace(/^.*\//, '');
  if (Array.isArray(schema['enum'])) return schema['enum'].map((value) => JSON.stringify(value)).join(' | ');
  if (Array.isArray(schema['anyOf'])) return schema['anyOf'].map((branch: Json) => typeOf(branch)).join(' | ');
  if (Array.isArray(schema['type'])) return schema['type'].map((type) => typeOf({ ...schema, type })).join(' | ');
  switch (schema['type']) {
    case 'string':
    case 'boolean':
    case 'null':
      return schema['type'];
    case 'integer':
    case 'number':
      return 'number';
    case 'array':
      return `readonly (${typeOf(schema['items'] as Json)})[]`;
    case 'object':
      return objectType(schema);
    default:
      throw new Error(`no TypeScript type for ${JSON.stringify(schema)}`);
  }
}

function objectType(schema: Json): string {
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, Json>);
  const required = (schema['required'] ?? []) as readonly string[];
  if (properties.length === 0) return 'Readonly<Record<string, unknown>>';
  const fields = properties.map(
    ([name, property]) => `readonly ${name}${required.includes(name) ? '' : '?'}: ${typeOf(property)}`,
  );
  return `{ ${fields.join('; ')} }`;
}
