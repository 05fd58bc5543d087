import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export type FunctionDefinition = {
  readonly name: string;
  /** The folder that holds the bundle, as it would be in the function's `/var/task`. */
  readonly taskRoot: string;
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly memoryMb: number;
};

/** What one invocation came to. `crashed` is a process that ended without an answer: killed, out of memory, or timed out. */
export type Outcome =
  | { readonly kind: 'returned'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly errorType: string; readonly errorMessage: string }
  | { readonly kind: 'crashed'; readonly reason: string };

export type FunctionHost = {
  invoke(event: unknown): Promise<Outcome>;
  /** Ends the process between any two of its instructions; the next invocation starts a new one. */
  kill(): void;
  readonly output: readonly string[];
  stop(): Promise<void>;
};

type Invocation = { readonly id: string; readonly event: string; settle(outcome: Outcome): void };

/** Runs the command that speaks the Lambda Runtime API; the small server here is the other side of it. */
export async function hostFunction(definition: FunctionDefinition, command: readonly string[]): Promise<FunctionHost> {
  const waiting: Invocation[] = [];
  const polling: ServerResponse[] = [];
  const output: string[] = [];
  let current: Invocation | null = null;
  let child: ChildProcess | null = null;

  const dispatch = (): void => {
    const invocation = waiting[0];
    const response = polling[0];
    if (current !== null || invocation === undefined || response === undefined) return;
    waiting.shift();
    polling.shift();
    current = invocation;
    response.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': invocation.id,
      'lambda-runtime-deadline-ms': String(Date.now() + definition.timeoutMs),
      'lambda-runtime-invoked-function-arn': `arn:aws:lambda:us-east-1:123456789012:function:${definition.name}`,
    });
    response.end(invocation.event);
  };

  const settle = (outcome: Outcome): void => {
    const invocation = current ?? waiting.shift();
    current = null;
    invocation?.settle(outcome);
    dispatch();
  };

  const server = createServer((request, response) => {
    void answer(request, response, { poll: (waitingResponse) => polling.push(waitingResponse), dispatch, settle });
  });
  const port = await listening(server);

  const start = (): void => {
    const [program = '', ...parameters] = command;
    const started = spawn(program, [...parameters, definition.handler], {
      cwd: definition.taskRoot,
      env: {
        PATH: process.env['PATH'],
        ...definition.environment,
        AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`,
        AWS_LAMBDA_FUNCTION_NAME: definition.name,
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_LAMBDA_LOG_GROUP_NAME: definition.name,
        AWS_LAMBDA_LOG_STREAM_NAME: 'system-test',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMb),
        LAMBDA_TASK_ROOT: definition.taskRoot,
        _HANDLER: definition.handler,
        TZ: ':UTC',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = started;
    for (const stream of [started.stdout, started.stderr])
      stream.on('data', (chunk: Buffer) => output.push(...chunk.toString().split('\n').filter(Boolean)));
    started.on('exit', (code, signal) => {
      if (child !== started) return;
      child = null;
      polling.length = 0;
      settle({ kind: 'crashed', reason: `the process ended with ${signal ?? code}: ${output.slice(-20).join(' | ')}` });
    });
  };

  return {
    output,
    async invoke(event) {
      const outcome = new Promise<Outcome>((resolve) => {
        waiting.push({ id: randomUUID(), event: JSON.stringify(event) ?? 'null', settle: resolve });
      });
      if (child === null) start();
      dispatch();
      const timer = setTimeout(() => child?.kill('SIGKILL'), definition.timeoutMs);
      return outcome.finally(() => clearTimeout(timer));
    },
    kill: () => void child?.kill('SIGKILL'),
    async stop() {
      const last = child;
      child = null;
      last?.kill('SIGKILL');
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

type RuntimeApi = { poll(response: ServerResponse): void; dispatch(): void; settle(outcome: Outcome): void };

async function answer(request: IncomingMessage, response: ServerResponse, api: RuntimeApi): Promise<void> {
  const path = request.url ?? '';
  if (path.endsWith('/invocation/next')) {
    api.poll(response);
    return api.dispatch();
  }
  const body = await text(request);
  response.writeHead(202).end();
  if (path.endsWith('/response')) return api.settle({ kind: 'returned', value: parse(body) });
  const { errorType = 'Error', errorMessage = body } = (parse(body) ?? {}) as Record<string, string>;
  api.settle({ kind: 'failed', errorType, errorMessage });
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}
