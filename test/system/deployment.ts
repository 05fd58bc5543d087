import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { startDynamoDb } from '../aws/dynamodb-emulator.ts';
import { CACHE, startMoto } from './emulators.ts';
import { drainQueue, PLAIN_DELIVERY, streamPoller, type Delivery, type Invoke, type Mapping } from './event-sources.ts';
import { hostFunction, type FunctionDefinition, type FunctionHost, type Outcome } from './function-host.ts';
import { startGateway, type Gateway } from './gateway.ts';
import { statementsOf, type Statement } from './iam.ts';
import { nameResources } from './name-resources.ts';
import { clientsFor, provision, type Clients, type Endpoints } from './provision.ts';
import type { Assembly } from './synthesise.ts';
import { ACCOUNT, REGION, resolve, resourcesOf, type Physical, type Template } from './template.ts';

/** The services that a deployment runs on. */
export type Services = { readonly endpoints: Endpoints; readonly clients: Clients; stop(): void };

/** The stack as it would run: emulated services, the built bundles, and the wiring that the template says. */
export type Deployment = {
  readonly gateway: Gateway;
  readonly clients: Clients;
  readonly policies: ReadonlyMap<string, readonly Statement[]>;
  /** `GET /findings/{id}` and so on, as the template has them. */
  readonly routes: readonly string[];
  physical(logicalId: string): Physical;
  /** The logical id of the only resource of a type whose CDK path contains `path`. */
  idOf(type: string, path: string): string;
  /** The logical id of the function whose construct's path contains `path`. */
  functionOf(path: string): string;
  host(functionId: string): FunctionHost;
  /** One more sandbox of a function, as Lambda starts for a second invocation at the same time. */
  secondHost(functionId: string): Promise<FunctionHost>;
  invoke(functionId: string, event: unknown): Promise<Outcome>;
  /** As a service invokes that does not wait: three attempts, then the dead-letter queue that the template names. */
  invokeAsync(functionId: string, event: unknown): Promise<void>;
  /** Lets the event source mappings poll until their queues and streams hold nothing more. */
  settle(delivery?: Delivery): Promise<void>;
  stop(): Promise<void>;
};

const RUNTIME_INTERFACE_CLIENT = join(CACHE, 'ric', 'node_modules', 'aws-lambda-ric', 'index.mjs');
const ROUNDS_LIMIT = 20;
const ASYNC_ATTEMPTS = 3;

/** AWS's own runtime client where it is installed (it takes a minute to build), else a small one of the same protocol. */
const runtimeCommand = (): readonly string[] => [
  process.execPath,
  existsSync(RUNTIME_INTERFACE_CLIENT)
    ? RUNTIME_INTERFACE_CLIENT
    : new URL('runtime-client.mjs', import.meta.url).pathname,
];

export async function startServices(): Promise<Services> {
  const moto = await startMoto();
  const dynamodb = await startDynamoDb();
  if (dynamodb === null) throw new Error('there is no DynamoDB emulator for this platform');
  const endpoints = { moto: moto.endpoint, dynamodb: dynamodb.endpoint };
  return {
    endpoints,
    clients: clientsFor(endpoints),
    stop: () => {
      moto.stop();
      dynamodb.stop();
    },
  };
}

export async function deploy({ template, bundles }: Assembly, services: Services): Promise<Deployment> {
  const { endpoints, clients } = services;
  const gateway = await startGateway(endpoints);
  const physical = nameResources(template, gateway.endpoint);
  await provision(template, physical, clients);
  const functions = resourcesOf(template, 'AWS::Lambda::Function').map(([id]) => id);
  const policies = new Map(functions.map((id) => [id, statementsOf(template, id, physical)]));
  gateway.policyOf = (caller) => policies.get(caller) ?? [];

  const hosts = new Map<string, FunctionHost>();
  const spares: FunctionHost[] = [];
  const start = (id: string): Promise<FunctionHost> =>
    hostFunction(definitionOf(template, id, { physical, taskRoot: bundles.get(id) ?? '', gateway }), runtimeCommand());
  for (const id of functions) hosts.set(id, await start(id));

  const host = (id: string): FunctionHost => {
    const found = hosts.get(id);
    if (found === undefined) throw new Error(`${id} is no function of the template`);
    return found;
  };
  const idOf = (type: string, path: string): string => {
    const ids = resourcesOf(template, type).filter(([, { Metadata }]) =>
      String(Metadata?.['aws:cdk:path']).includes(path),
    );
    const [first] = ids;
    if (first === undefined || ids.length > 1) throw new Error(`${ids.length} resources of ${type} match ${path}`);
    return first[0];
  };
  const invokeByName: Invoke = (name, event) =>
    host(functions.find((id) => id.toLowerCase() === name) ?? name).invoke(event);
  const { queues, streams } = eventSources(template, physical, endpoints, invokeByName);

  return {
    gateway,
    clients,
    policies,
    routes: resourcesOf(template, 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) =>
      String(Properties['RouteKey']),
    ),
    host,
    idOf,
    functionOf: (path) => idOf('AWS::Lambda::Function', path),
    invoke: (id, event) => host(id).invoke(event),
    async invokeAsync(id, event) {
      for (let attempt = 0; attempt < ASYNC_ATTEMPTS; attempt += 1)
        if ((await host(id).invoke(event)).kind === 'returned') return;
      await sendToDeadLetters(template, id, { physical, clients, event });
    },
    async secondHost(id) {
      const spare = await start(id);
      spares.push(spare);
      return spare;
    },
    physical: (logicalId) => {
      const found = physical.get(logicalId);
      if (found === undefined) throw new Error(`${logicalId} is no resource of the template`);
      return found;
    },
    async settle(delivery = PLAIN_DELIVERY) {
      for (let round = 0; round < ROUNDS_LIMIT; round += 1) {
        let moved = false;
        for (const mapping of queues) moved = (await drainQueue(mapping, clients, invokeByName, delivery)) || moved;
        for (const poll of streams) moved = (await poll()) || moved;
        if (!moved) return;
      }
      throw new Error(`the event sources were not empty after ${ROUNDS_LIMIT} rounds`);
    },
    async stop() {
      await Promise.all([...hosts.values(), ...spares].map((one) => one.stop()));
      gateway.stop();
      services.stop();
    },
  };
}

type Undelivered = {
  readonly physical: ReadonlyMap<string, Physical>;
  readonly clients: Clients;
  readonly event: unknown;
};

async function sendToDeadLetters(template: Template, id: string, { physical, clients, event }: Undelivered) {
  const config = template.Resources[id]?.Properties['DeadLetterConfig'];
  if (config === undefined) return;
  const { TargetArn } = resolve(config, physical) as { TargetArn: string };
  const QueueUrl = `${clients.queueHost}/${ACCOUNT}/${TargetArn.split(':').at(-1)}`;
  await clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(event) }));
}

type Place = { readonly physical: ReadonlyMap<string, Physical>; readonly taskRoot: string; readonly gateway: Gateway };

function definitionOf(template: Template, id: string, { physical, taskRoot, gateway }: Place): FunctionDefinition {
  const properties = template.Resources[id]?.Properties ?? {};
  const { Variables = {} } = (properties['Environment'] ?? {}) as { Variables?: unknown };
  return {
    name: id.toLowerCase(),
    taskRoot,
    handler: String(properties['Handler']),
    environment: {
      ...awsEnvironment(id, gateway.endpoint),
      ...(resolve(Variables, physical) as Record<string, string>),
    },
    timeoutMs: Number(properties['Timeout']) * 1_000,
    memoryMb: Number(properties['MemorySize']),
  };
}

/** What Lambda puts into every function's environment. The access key tells the gateway who calls. */
const awsEnvironment = (functionId: string, endpoint: string): Record<string, string> => ({
  AWS_REGION: REGION,
  AWS_ACCESS_KEY_ID: functionId,
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_ENDPOINT_URL: endpoint,
  AWS_ENDPOINT_URL_S3: endpoint,
  AWS_EC2_METADATA_DISABLED: 'true',
});

function eventSources(
  template: Template,
  physical: ReadonlyMap<string, Physical>,
  endpoints: Endpoints,
  invoke: Invoke,
) {
  const mappings = resourcesOf(template, 'AWS::Lambda::EventSourceMapping').map(
    ([, { Properties }]) => resolve(Properties, physical) as Mapping,
  );
  const of = (service: string): Mapping[] =>
    mappings.filter(({ EventSourceArn }) => EventSourceArn.startsWith(`arn:aws:${service}:`));
  const streams = of('dynamodb').map((mapping) => streamPoller(mapping, endpoints.dynamodb, invoke));
  return { queues: of('sqs'), streams };
}
