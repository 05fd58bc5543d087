import { useEffect, useRef, useState } from 'preact/hooks';
import type { Finding } from '../client/api-client.ts';
import { client } from '../state/client.ts';
import { changes } from '../state/live.ts';
import { announcement } from '../state/page.ts';

export type Act = 'acknowledge' | 'suppress' | 'resolve';

const TITLES: Readonly<Record<Act, string>> = {
  acknowledge: 'Acknowledge',
  suppress: 'Suppress',
  resolve: 'Resolve',
};

const MEANINGS: Readonly<Record<Act, string>> = {
  acknowledge: 'You look after it. It stays in sight, and you hear again only if it grows worse.',
  suppress: 'It stays quiet until the time you choose.',
  resolve: 'It is over. A new signal opens it again.',
};

const HOUR_MS = 3_600_000;
const SPANS = [
  ['1 hour', HOUR_MS],
  ['4 hours', 4 * HOUR_MS],
  ['1 day', 24 * HOUR_MS],
  ['7 days', 7 * 24 * HOUR_MS],
  ['30 days', 30 * 24 * HOUR_MS],
] as const;

export const REASON_LIMIT = 1_000;

type ActDialogProps = { finding: Finding; act: Act; onClose: () => void };

/** Asks for the reason, and for a suppression until when. */
export function ActDialog({ finding, act, onClose }: ActDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [reason, setReason] = useState('');
  const [spanMs, setSpanMs] = useState<number>(HOUR_MS);
  const [failure, setFailure] = useState<string | null>(null);
  useEffect(() => dialog.current?.showModal(), []);

  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    try {
      await sendAct(finding.id, act, reason, spanMs);
      announcement.value = `${TITLES[act]}: done.`;
      changes.value += 1;
      dialog.current?.close();
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
    }
  };

  return (
    <dialog ref={dialog} onClose={onClose} aria-labelledby="act-title">
      <form onSubmit={send}>
        <h2 id="act-title">{TITLES[act]}</h2>
        <p>{MEANINGS[act]}</p>
        {act === 'suppress' && (
          <label>
            For
            <select value={spanMs} onInput={(event) => setSpanMs(Number(event.currentTarget.value))}>
              {SPANS.map(([name, ms]) => (
                <option key={ms} value={ms}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        )}
        <label>
          Reason
          <textarea
            required
            rows={3}
            maxLength={REASON_LIMIT}
            value={reason}
            onInput={(event) => setReason(event.currentTarget.value)}
          />
        </label>
        {failure !== null && <p role="alert">{failure}</p>}
        <p class="buttons">
          <button type="submit" class="primary">
            {TITLES[act]}
          </button>
          <button type="button" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
        </p>
      </form>
    </dialog>
  );
}

function sendAct(id: string, act: Act, reason: string, spanMs: number): Promise<Finding> {
  switch (act) {
    case 'acknowledge':
      return client.acknowledgeFinding(id, { reason });
    case 'suppress':
      return client.suppressFinding(id, { reason, until: new Date(Date.now() + spanMs).toISOString() });
    case 'resolve':
      return client.resolveFinding(id, { reason });
  }
}
