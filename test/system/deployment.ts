import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startDynamoDb } from '../aws/dynamodb-emulator.ts';
import { CACHE, startMoto } from './emulators.ts';
import { drainQueue, PLAIN_DELIVERY, streamPoller, type Delivery, type Invoke, type Mapping } from './event-sources.ts';
import { hostFunction, type FunctionHost, type Outcome } from './function-host.ts';
import { startGateway, type Gateway } from './gateway.ts';
import { statementsOf } from './iam.ts';
import { nameResources } from './name-resources.ts';
import { clientsFor, provision, type Clients } from './provision.ts';
import type { Assembly } from './synthesise.ts';
import { REGION, resolve, resourcesOf, type Physical, type Resource } from './template.ts';

/** The stack as it would run: emulated services, the built bundles, and the wiring that the template says. */
export type Deployment = {
  readonly gateway: Gateway;
  readonly clients: Clients;
  readonly hosts: ReadonlyMap<string, FunctionHost>;
  physical(logicalId: string): Physical;
  /** The logical id of the only resource of a type whose CDK path contains `path`. */
  idOf(type: string, path: string): string;
  invoke(functionId: string, event: unknown): Promise<Outcome>;
  /** Lets the event source mappings poll until their queues and streams hold nothing more. */
  settle(delivery?: Delivery): Promise<void>;
  stop(): Promise<void>;
};

const RUNTIME_INTERFACE_CLIENT = join(CACHE, 'ric', 'node_modules', 'aws-lambda-ric', 'index.mjs');
const ROUNDS_LIMIT = 20;

/** AWS's own runtime client where it is installed (it takes a minute to build), else a small one of the same protocol. */
export const runtimeCommand = (): readonly string[] => [
  process.execPath,
  existsSync(RUNTIME_INTERFACE_CLIENT)
    ? RUNTIME_INTERFACE_CLIENT
    : new URL('runtime-client.mjs', import.meta.url).pathname,
];

export async function deploy({ template, bundles }: Assembly): Promise<Deployment> {
  const moto = await startMoto();
  const dynamodb = await startDynamoDb();
  if (dynamodb === null) throw new Error('there is no DynamoDB emulator for this platform');
  const endpoints = { moto: moto.endpoint, dynamodb: dynamodb.endpoint };
  const gateway = await startGateway(endpoints);
  const clients = clientsFor(endpoints);
  const physical = nameResources(template, gateway.endpoint);
  await provision(template, physical, clients);

  const policies = new Map(
    resourcesOf(template, 'AWS::Lambda::Function').map(([id]) => [id, statementsOf(template, id, physical)]),
  );
  gateway.policyOf = (caller) => policies.get(caller) ?? [];

  const hosts = new Map<string, FunctionHost>();
  for (const [id, resource] of resourcesOf(template, 'AWS::Lambda::Function')) {
    const environment = { ...awsEnvironment(id, gateway.endpoint), ...variablesOf(resource, physical) };
    const properties = resource.Properties as { Handler: string; Timeout: number; MemorySize: number };
    const definition = {
      name: id.toLowerCase(),
      taskRoot: bundles.get(id) ?? '',
      handler: properties.Handler,
      environment,
      timeoutMs: properties.Timeout * 1_000,
      memoryMb: properties.MemorySize,
    };
    hosts.set(id, await hostFunction(definition, runtimeCommand()));
  }

  const invoke = (functionId: string, event: unknown): Promise<Outcome> => {
    const host = hosts.get(functionId);
    if (host === undefined) throw new Error(`${functionId} is no function of the template`);
    return host.invoke(event);
  };

  const invokeByName: Invoke = (name, event) =>
    invoke([...hosts.keys()].find((id) => id.toLowerCase() === name) ?? name, event);
  const mappings = resourcesOf(template, 'AWS::Lambda::EventSourceMapping').map(
    ([, { Properties }]) => resolve(Properties, physical) as Mapping,
  );
  const queues = mappings.filter(({ EventSourceArn }) => EventSourceArn.startsWith('arn:aws:sqs:'));
  const streams = mappings
    .filter(({ EventSourceArn }) => EventSourceArn.startsWith('arn:aws:dynamodb:'))
    .map((mapping) => streamPoller(mapping, endpoints.dynamodb, invokeByName));

  return {
    gateway,
    clients,
    hosts,
    invoke,
    physical: (logicalId) => {
      const found = physical.get(logicalId);
      if (found === undefined) throw new Error(`${logicalId} is no resource of the template`);
      return found;
    },
    idOf(type, path) {
      const ids = resourcesOf(template, type).filter(([, { Metadata }]) =>
        String(Metadata?.['aws:cdk:path']).includes(path),
      );
      const [first] = ids;
      if (first === undefined || ids.length > 1) throw new Error(`${ids.length} resources of ${type} match ${path}`);
      return first[0];
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
      await Promise.all([...hosts.values()].map((host) => host.stop()));
      gateway.stop();
      moto.stop();
      dynamodb.stop();
    },
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

function variablesOf({ Properties }: Resource, physical: ReadonlyMap<string, Physical>): Record<string, string> {
  const { Variables = {} } = (Properties['Environment'] ?? {}) as { Variables?: unknown };
  return resolve(Variables, physical) as Record<string, string>;
}
