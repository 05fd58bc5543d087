import { userInfo } from 'node:os';
import { Command, Option } from 'commander';
import { isOver } from '../../shared/core/finding/apply-action.ts';
import type { HumanAction } from '../../shared/core/finding/human-action.ts';
import { FINDING_KINDS, LAYERS, SEVERITIES, STATUSES } from '../../shared/core/finding/schema.ts';
import type { Finding, FindingKind, FindingStatus, Layer, Severity } from '../../shared/core/finding/schema.ts';
import { renderFinding } from '../../shared/core/report/finding-section.ts';
import { renderFindingList } from '../../shared/core/report/finding-list.ts';
import { openStore } from '../../shared/local/store/sqlite-store.ts';
import type { LocalStore } from '../../shared/local/store/sqlite-store.ts';
import { durationMs, instantMs, textUpTo, wholeNumberUpTo } from '../arguments.ts';
import { DEFAULT_STORE, requireStore } from '../default-store.ts';
import { FORMATS, linesOf, reportOptions } from '../print.ts';
import type { Format } from '../print.ts';
import { UserError } from '../user-error.ts';

const LIST_LIMIT = 100;
const REASON_LIMIT = 500;
const SUPPRESSED_MS = 8 * 3_600_000;

/** `freeport findings list|show|ack|suppress|resolve`: what people do with the findings of a store. */
export function findingsCommand(): Command {
  return new Command('findings')
    .description('list, show, acknowledge, suppress and resolve the findings of a store')
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(actCommand('ack', 'acknowledge', 'say that somebody is on it'))
    .addCommand(suppressCommand())
    .addCommand(actCommand('resolve', 'resolve', 'say that it is over; a later signal opens it again'));
}

const storeOption = (): Option =>
  new Option('--store <file>', 'the store that `freeport analyze --store` wrote').default(DEFAULT_STORE);

const formatOption = (): Option => new Option('--format <format>', 'what to print').choices(FORMATS).default('table');

type ListFlags = {
  readonly store: string;
  readonly format: Format;
  readonly status?: FindingStatus;
  readonly severity?: Severity;
  readonly kind?: FindingKind;
  readonly layer?: Layer;
  readonly destination?: string;
  readonly source?: string;
  readonly limit: number;
};

function listCommand(): Command {
  return new Command('list')
    .description('newest first')
    .addOption(storeOption())
    .addOption(formatOption())
    .addOption(new Option('--status <status>').choices(STATUSES))
    .addOption(new Option('--severity <severity>').choices(SEVERITIES))
    .addOption(new Option('--kind <kind>').choices(FINDING_KINDS))
    .addOption(new Option('--layer <layer>').choices(LAYERS))
    .option('--destination <address>', 'an address, or address:port')
    .option('--source <address>', 'a source address')
    .option('--limit <number>', 'at most this many', wholeNumberUpTo(9_999), LIST_LIMIT)
    .action(({ store, format, ...query }: ListFlags) =>
      inStore(store, async ({ findings }) => {
        const page = await findings.list(query);
        const more = page.nextCursor !== null;
        if (format === 'json') write(`${JSON.stringify({ findings: page.findings, more }, null, 2)}\n`);
        else if (format === 'ndjson') write(linesOf(page.findings));
        else write(renderFindingList(page.findings, more, reportOptions(process.stdout)));
      }),
    );
}

function showCommand(): Command {
  return new Command('show')
    .description('one finding as a report')
    .argument('<id>', 'the finding, or the first letters of its id')
    .addOption(storeOption())
    .addOption(formatOption())
    .action((id: string, { store, format }: { store: string; format: Format }) =>
      inStore(store, async (opened) => {
        const finding = await findFinding(opened, id);
        if (format === 'table') write(`${renderFinding(finding, reportOptions(process.stdout)).join('\n')}\n`);
        else write(format === 'json' ? `${JSON.stringify(finding, null, 2)}\n` : linesOf([finding]));
      }),
    );
}

type ActFlags = { readonly store: string; readonly by: string; readonly reason?: string };

const actionBase = (name: string, description: string): Command =>
  new Command(name)
    .description(description)
    .argument('<id>', 'the finding, or the first letters of its id')
    .addOption(storeOption())
    .option('--by <name>', 'who says so', userInfo().username)
    .option('--reason <text>', 'why', textUpTo(REASON_LIMIT));

const actCommand = (name: string, action: HumanAction['action'], description: string): Command =>
  actionBase(name, description).action((id: string, flags: ActFlags) => act(id, action, flags, null));

function suppressCommand(): Command {
  return actionBase('suppress', 'keep it quiet until a time')
    .addOption(
      new Option('--for <duration>', 'such as 30m, 8h or 7d').argParser(durationMs).default(SUPPRESSED_MS, '8h'),
    )
    .option('--until <time>', 'ISO 8601, instead of --for', instantMs)
    .action((id: string, flags: ActFlags & { for: number; until?: number }) =>
      act(id, 'suppress', flags, flags.until ?? Date.now() + flags.for),
    );
}

const act = (id: string, action: HumanAction['action'], flags: ActFlags, untilMs: number | null): Promise<void> =>
  inStore(flags.store, async (store) => {
    const finding = await findFinding(store, id);
    if (isOver(finding)) throw new UserError(`${finding.id} is ${finding.status}: there is nothing to do to it`);
    const { by, reason = '' } = flags;
    await store.findings.act({ findingId: finding.id, action, atMs: Date.now(), by, reason, untilMs });
    const after = (await store.findings.get(finding.id)) ?? finding;
    const until = after.suppressedUntil === null ? '' : ` until ${after.suppressedUntil}`;
    write(`${after.id} is ${after.status}${until}\n`);
  });

async function inStore(path: string, work: (store: LocalStore) => Promise<void>): Promise<void> {
  requireStore(path);
  const store = openStore(path);
  try {
    await work(store);
  } finally {
    store.close();
  }
}

/** By its id, or by the letters that only its id begins with. */
async function findFinding({ findings }: LocalStore, id: string): Promise<Finding> {
  const exact = await findings.get(id);
  if (exact) return exact;
  const candidates: Finding[] = [];
  let cursor: string | null = null;
  do {
    const page = await findings.list({ limit: LIST_LIMIT, ...(cursor !== null && { cursor }) });
    candidates.push(...page.findings.filter((finding) => finding.id.startsWith(id)));
    cursor = page.nextCursor;
  } while (cursor !== null);
  if (candidates.length > 1) throw new UserError(`${candidates.length} findings begin with ${id}: give more of the id`);
  const only = candidates[0];
  if (!only) throw new UserError(`there is no finding ${id}: \`freeport findings list\` shows what there is`);
  return only;
}

const write = (text: string): void => void process.stdout.write(text);
