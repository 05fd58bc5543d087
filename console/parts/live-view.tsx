import type { ReadonlySignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import type { Live } from '../state/live.ts';
import { changes } from '../state/live.ts';

/** Shows a live value, or says that it is on its way, or what to do when it cannot be had. */
export function LiveView<T>({
  live,
  isSecond = false,
  children,
}: {
  live: ReadonlySignal<Live<T>>;
  /** One of several in a view: what is wrong with all of them is said once, by the first. */
  isSecond?: boolean;
  children: (value: T) => ComponentChildren;
}) {
  const { value, failure } = live.value;
  if (value === null && failure === null) return <Loading />;
  if (isSecond && failure !== null) return value === null ? <p class="quiet">Not answered.</p> : <>{children(value)}</>;
  return (
    <>
      {failure !== null && (
        <div class="notice failure" role="alert">
          <p>
            {failure.message}
            {failure.status === 401 && ' Open the address that “freeport serve” printed, with its token.'}
            {value !== null && ' What you see is from before.'}
          </p>
          <button type="button" onClick={() => (changes.value += 1)}>
            Try again
          </button>
        </div>
      )}
      {value !== null && children(value)}
    </>
  );
}

/** Appears late, so that a quick answer does not flicker. */
const Loading = () => (
  <p class="loading" role="status">
    Loading…
  </p>
);

export const Empty = ({ children }: { children: ComponentChildren }) => <div class="notice empty">{children}</div>;
