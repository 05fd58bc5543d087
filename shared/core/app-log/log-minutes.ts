import { connectErrorKey } from '../model/connect-error-key.ts';
import {
  type ConnectErrorMinute,
  EVENT_IDS_LIMIT,
  type LogSample,
  type LogSource,
  SAMPLES_LIMIT,
} from '../model/observation.ts';
import { minuteOf } from '../model/time.ts';
import { classifyRead, readEvent } from './classify.ts';
import { hash64 } from './event-id.ts';
import { readTimeField, readTimeInText } from './read-time.ts';
import { redactSample } from './redact.ts';
import type { Classification } from './signature.ts';

/** One log event with what its envelope says of it; `id` is CloudWatch's event id where there is one. */
export type LogEvent = {
  readonly id: string | null;
  readonly timestampMs: number | null;
  readonly message: string;
  readonly source: LogSource;
};

export type LogOutcome = 'recorded' | 'other' | 'no-timestamp';

export type MinuteCollector = {
  /** `fallback` is asked for the time of an event that has none. */
  add(event: LogEvent, fallback?: () => number | null): LogOutcome;
  rows(): ConnectErrorMinute[];
  /** True once an event was placed by a time without a zone. */
  assumedUtc(): boolean;
};

type Row = {
  readonly key: Omit<ConnectErrorMinute, 'eventIds' | 'samples' | 'firstEventMs' | 'lastEventMs' | 'certainty'>;
  certainty: number;
  ids: Map<string, string>;
  cut: boolean;
  firstEventMs: number;
  lastEventMs: number;
};

/** Later than the year 2999 no event is: anyone can write any number into a log, and minutes are walked through. */
const TIME_LIMIT_MS = Date.UTC(3000, 0);

/** Past this many events with a text of their own, ordinals start anew: only identical twins far apart could tell. */
const ORDINALS_LIMIT = 200_000;

/** The rows of all events whose verdict is not `other`, ascending by minute, whatever the order of the events. */
export function logMinutesOf(events: Iterable<LogEvent>): ConnectErrorMinute[] {
  const collector = createMinuteCollector();
  for (const event of events) collector.add(event);
  return collector.rows();
}

/** Counts events into rows by minute, signature, log source, destination and local address. */
export function createMinuteCollector(): MinuteCollector {
  const rows = new Map<string, Row>();
  const ordinals = new Map<string, number>();
  let withoutZone = false;

  const idOf = (event: LogEvent, ms: number): string => {
    if (event.id !== null) return hash64(event.id);
    const { group, stream, service } = event.source;
    const text = JSON.stringify([group, stream, service, ms, event.message]);
    const twin = hash64(text);
    const ordinal = ordinals.get(twin) ?? 0;
    if (ordinals.size > ORDINALS_LIMIT) ordinals.clear();
    ordinals.set(twin, ordinal + 1);
    return ordinal === 0 ? twin : hash64(`${text}#${ordinal}`);
  };

  return {
    add(event, fallback = () => null) {
      const read = readEvent(event.message);
      const found = classifyRead(read);
      if (!found) return 'other';
      let ms = event.timestampMs;
      let zoneAssumed = false;
      if (ms === null) {
        const time = readTimeField(read.time) ?? readTimeInText(event.message, yearOf(fallback));
        zoneAssumed = time?.zoned === false;
        if (zoneAssumed) withoutZone = true;
        ms = time?.ms ?? fallback();
      }
      if (ms === null || !(ms >= 0 && ms < TIME_LIMIT_MS)) return 'no-timestamp';
      const source = { ...event.source, service: event.source.service ?? read.service };
      record_(rows, found, source, { ms, zoneAssumed }, idOf(event, ms), event.message);
      return 'recorded';
    },
    rows: () => [...rows.values()].map(observationOf).sort(byMinuteAndKey),
    assumedUtc: () => withoutZone,
  };
}

/** The year of the events around, for texts that leave theirs out. */
const yearOf = (fallback: () => number | null) => (): number | null => {
  const ms = fallback();
  return ms === null ? null : new Date(ms).getUTCFullYear();
};

function record_(
  rows: Map<string, Row>,
  found: Classification,
  logSource: LogSource,
  { ms, zoneAssumed }: { readonly ms: number; readonly zoneAssumed: boolean },
  eventId: string,
  text: string,
): void {
  const { verdict, runtime, destination, localAddress } = found;
  const signature = found.signature ?? verdict;
  const minute = minuteOf(ms);
  const key = JSON.stringify([minute, signature, verdict, runtime, logSource, destination, localAddress, zoneAssumed]);
  let row = rows.get(key);
  if (row === undefined) {
    row = {
      key: {
        kind: 'connect-error',
        minute,
        signature,
        verdict,
        runtime,
        logSource,
        destination,
        localAddress,
        ...(zoneAssumed ? { zoneAssumed } : {}),
      },
      certainty: found.certainty,
      ids: new Map(),
      cut: false,
      firstEventMs: ms,
      lastEventMs: ms,
    };
    rows.set(key, row);
  }
  row.certainty = Math.max(row.certainty, found.certainty);
  row.firstEventMs = Math.min(row.firstEventMs, ms);
  row.lastEventMs = Math.max(row.lastEventMs, ms);
  row.ids.set(eventId, text);
  if (row.ids.size >= 2 * EVENT_IDS_LIMIT) keepSmallest(row);
}

/** The smallest ids are kept, so that cutting early or late gives the same set. Texts of the others are let go. */
function keepSmallest(row: Row): void {
  const smallest = [...row.ids].sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, EVENT_IDS_LIMIT);
  row.ids = new Map(smallest.map(([id, text], at) => [id, at < SAMPLES_LIMIT ? text : '']));
}

function observationOf(row: Row): ConnectErrorMinute {
  keepSmallest(row);
  const samples: LogSample[] = [...row.ids]
    .slice(0, SAMPLES_LIMIT)
    .map(([eventId, text]) => ({ eventId, text: redactSample(text) }));
  const { certainty, firstEventMs, lastEventMs } = row;
  return { ...row.key, certainty, eventIds: [...row.ids.keys()], firstEventMs, lastEventMs, samples };
}

const byMinuteAndKey = (a: ConnectErrorMinute, b: ConnectErrorMinute): number =>
  a.minute - b.minute || (connectErrorKey(a) < connectErrorKey(b) ? -1 : 1);
