import type { Deployment } from './deployment.ts';
import type { Fault } from './gateway.ts';

/** What goes wrong between functions and services. Each replaces what the deployment's gateway did before. */
export const NONE: Fault = { kind: 'none' };

/** Ends the function's process when it is about to make its call number `at`, once. */
export function killBefore(deployment: Deployment, functionId: string, at: number): () => boolean {
  let seen = 0;
  let killed = false;
  deployment.gateway.faultOf = ({ caller }) => {
    if (killed || caller !== functionId) return NONE;
    seen += 1;
    if (seen <= at) return NONE;
    killed = true;
    const act = (): boolean => {
      deployment.host(functionId).kill();
      return false;
    };
    return { kind: 'before', act };
  };
  return () => killed;
}

/** Every operation of every function is refused the first time; which were. */
export function throttleOnce({ gateway }: Deployment): ReadonlySet<string> {
  const throttled = new Set<string>();
  gateway.faultOf = ({ caller, operation }) => {
    const key = `${caller} ${operation}`;
    if (throttled.has(key)) return NONE;
    throttled.add(key);
    return operation.startsWith('s3:')
      ? { kind: 'refuse', status: 503, code: 'SlowDown' }
      : { kind: 'refuse', status: 400, code: 'ThrottlingException' };
  };
  return throttled;
}

const SLOW_MS = 150;

export function slowDown({ gateway }: Deployment): void {
  gateway.faultOf = (_, index) => (index % 5 === 0 ? { kind: 'delay', milliseconds: SLOW_MS } : NONE);
}

/** More than the attempts that an SDK client makes. */
const FAILURES = 6;

/** Services fail for longer than a function tries, except for what is `spared`. */
export function failForLong({ gateway }: Deployment, spared: readonly string[] = []): void {
  const remaining = new Map<string, number>();
  gateway.faultOf = ({ caller, operation }) => {
    const left = remaining.get(caller) ?? FAILURES;
    if (left === 0 || spared.includes(operation)) return NONE;
    remaining.set(caller, left - 1);
    return { kind: 'refuse', status: 500, code: 'InternalServerError' };
  };
}
