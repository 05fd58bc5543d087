import type { Outcome } from './function-host.ts';

/** What API Gateway (HTTP API, payload 2.0, IAM authorisation) makes of a request, and of the function's answer. */
export type HttpAnswer = { readonly status: number; readonly body: unknown };

export const CALLER_ARN = 'arn:aws:sts::123456789012:assumed-role/on-call/erin';

/** Throws for a request that none of the API's routes takes: API Gateway would answer 404 and never ask the function. */
export function httpEvent(routes: readonly string[], method: string, target: string, body?: unknown): unknown {
  const { pathname, searchParams } = new URL(target, 'http://api');
  const routeKey = routes.find((route) => takes(route, method, pathname));
  if (routeKey === undefined) throw new Error(`no route takes ${method} ${pathname}`);
  return {
    version: '2.0',
    routeKey,
    rawPath: pathname,
    rawQueryString: searchParams.toString(),
    headers: { host: 'api.example', 'content-type': 'application/json' },
    queryStringParameters: Object.fromEntries(searchParams),
    requestContext: {
      accountId: '123456789012',
      apiId: 'api',
      authorizer: {
        iam: { userArn: CALLER_ARN, accountId: '123456789012', callerId: 'c', userId: 'u', accessKey: 'k' },
      },
      domainName: 'api.example',
      http: { method, path: pathname, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
      requestId: 'r',
      routeKey,
      stage: '$default',
      time: '01/Jan/2026:10:00:00 +0000',
      timeEpoch: 1_767_261_600_000,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    isBase64Encoded: false,
  };
}

/** A variable of a route's path stands for one segment. */
function takes(route: string, method: string, pathname: string): boolean {
  const [routeMethod, path = ''] = route.split(' ');
  const [wanted, given] = [path.split('/'), pathname.split('/')];
  return (
    routeMethod === method &&
    wanted.length === given.length &&
    wanted.every((segment, at) => segment === given[at] || (segment.startsWith('{') && given[at] !== ''))
  );
}

export function httpAnswer(outcome: Outcome): HttpAnswer {
  if (outcome.kind !== 'returned') throw new Error(`the API function did not answer: ${JSON.stringify(outcome)}`);
  const { statusCode, body, isBase64Encoded } = outcome.value as {
    statusCode: number;
    body: string;
    isBase64Encoded?: boolean;
  };
  const text = isBase64Encoded === true ? Buffer.from(body, 'base64').toString() : body;
  return { status: statusCode, body: text === '' ? null : JSON.parse(text) };
}
