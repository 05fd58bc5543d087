import * as z from 'zod/mini';

const ratio = z.number().check(z.gt(0), z.lte(1));
const seconds = z.int().check(z.nonnegative(), z.lte(86_400));
const port = z.int().check(z.gte(0), z.lte(65_535));
const portRange = z
  .strictObject({ low: port, high: port })
  .check(z.refine(({ low, high }) => low <= high, { error: 'low must not be above high' }));

/** Otherwise a finding would turn critical before it opened, or never clear. */
const inOrder = z.refine<{ warning: number; critical: number; clearBelowBy: number }>(
  ({ warning, critical, clearBelowBy }) => warning <= critical && clearBelowBy < warning,
  {
    error: ({ input }) => {
      const { warning, critical, clearBelowBy } = input as { warning: number; critical: number; clearBelowBy: number };
      return warning > critical
        ? `warning (${warning}) must not be above critical (${critical})`
        : `clearBelowBy (${clearBelowBy}) must be below warning (${warning}), or nothing ever clears`;
    },
  },
);

/** Settings of one analysis. Every field has a default; `docs/settings.schema.json` is made from this. */
export const settingsSchema = z.strictObject({
  /** Utilisation (0–1) at which a pressure finding opens, turns critical, and how far below it clears. */
  thresholds: z._default(
    z
      .strictObject({
        warning: z._default(ratio, 0.75),
        critical: z._default(ratio, 0.9),
        clearBelowBy: z._default(ratio, 0.1),
      })
      .check(inOrder),
    { warning: 0.75, critical: 0.9, clearBelowBy: 0.1 },
  ),
  hold: z._default(
    z.strictObject({
      /** Seconds a NAT gateway keeps a port after close: not documented by AWS. */
      natSeconds: z._default(seconds, 60),
      /** Seconds an idle connection keeps its NAT port without writing a record. */
      natIdleSeconds: z._default(seconds, 350),
      /** Linux TIME_WAIT: a fixed 60 s, whatever `tcp_fin_timeout` says. */
      hostTimeWaitSeconds: z._default(seconds, 60),
    }),
    { natSeconds: 60, natIdleSeconds: 350, hostTimeWaitSeconds: 60 },
  ),
  /** Ephemeral range of hosts: the default, and exceptions by source address. */
  portRange: z._default(portRange, { low: 32_768, high: 60_999 }),
  portRangeByAddress: z._default(z.record(z.string(), portRange), {}),
  /** Ports per NAT address and destination: 55,000 at an AWS NAT gateway. */
  natPortsPerAddress: z._default(z.int().check(z.positive(), z.lte(65_536)), 55_000),
  /** The NAT gateway that metrics and flow logs are about when they name none. */
  natGateway: z._default(z.nullable(z.string()), null),
  /** Log source → source address: `match` is a glob over `group`, `group:stream` or the service name. */
  logSources: z._default(z.array(z.strictObject({ match: z.string(), address: z.string() })), []),
  /** Host name → addresses, for log events that name a host. */
  hostNames: z._default(z.record(z.string(), z.array(z.string())), {}),
  burst: z._default(
    z.strictObject({
      /** Fewest certain exhaustion events in a minute that can open a finding. */
      minimumEvents: z._default(z.int().check(z.positive()), 3),
      /** Probability that the log source's own past gives that many: below it, it is a burst. */
      falseAlarmProbability: z._default(ratio, 1e-6),
    }),
    { minimumEvents: 3, falseAlarmProbability: 1e-6 },
  ),
  /** When a rise is worth saying: least utilisation (0–1), and most minutes until the ports run out. */
  forecast: z._default(
    z.strictObject({
      minimumUtilisation: z._default(ratio, 0.4),
      horizonMinutes: z._default(z.int().check(z.positive()), 45),
    }),
    { minimumUtilisation: 0.4, horizonMinutes: 45 },
  ),
  /** Whether a source that used to send and fell silent is a finding, where observations still arrive (not on files). */
  watchSignals: z._default(z.boolean(), true),
  /** Minutes of silence after which such a source is lost: longer than any delivery takes. */
  signalLostAfterMinutes: z._default(z.int().check(z.positive(), z.lte(1_440)), 30),
  /** Minutes without any sign after which a finding resolves. */
  resolveAfterQuietMinutes: z._default(z.int().check(z.positive()), 5),
  /** Hours a finding stays the same episode after it resolved. */
  episodeGapHours: z._default(z.int().check(z.positive()), 6),
  /** Minutes after which a minute is final, per source (on files nothing arrives later). */
  latenessMinutes: z._default(z.int().check(z.nonnegative()), 20),
});

export type Settings = z.infer<typeof settingsSchema>;

export const DEFAULT_SETTINGS: Settings = settingsSchema.parse({});
