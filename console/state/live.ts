import { signal, type ReadonlySignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { AskFailure } from './send.ts';

/** What a view asks for, kept fresh: the value stays while it is asked for again, and while that fails. */
export type Live<T> = {
  readonly value: T | null;
  readonly failure: AskFailure | null;
};

const REFRESH_MS = 10_000;

/** Counts upward each time something was done that every view should see. */
export const changes = signal(0);

/** Asks again every ten seconds while the page is seen. `key` says what is asked for. */
export function useLive<T>(key: string, ask: () => Promise<T>): ReadonlySignal<Live<T>> {
  const live = useMemo(() => signal<Live<T>>({ value: null, failure: null }), [key]);
  useEffect(() => {
    let isGone = false;
    let asked = 0;
    const refresh = async (): Promise<void> => {
      if (document.visibilityState === 'hidden') return;
      const turn = (asked += 1);
      const next = await answerOf(ask, live.peek());
      // The last question counts, whichever answer comes last.
      if (turn !== asked) return;
      if (!isGone && !isSame(next, live.peek())) live.value = next;
    };
    const stop = changes.subscribe(() => void refresh());
    const timer = setInterval(refresh, REFRESH_MS);
    document.addEventListener('visibilitychange', refresh);
    return () => {
      isGone = true;
      stop();
      clearInterval(timer);
      document.removeEventListener('visibilitychange', refresh);
    };
  }, [key]);
  return live;
}

async function answerOf<T>(ask: () => Promise<T>, before: Live<T>): Promise<Live<T>> {
  try {
    return { value: await ask(), failure: null };
  } catch (error) {
    const failure = error instanceof AskFailure ? error : new AskFailure(0, String(error));
    return { value: before.value, failure };
  }
}

const isSame = <T>(a: Live<T>, b: Live<T>): boolean => a.value === b.value && a.failure?.message === b.failure?.message;
