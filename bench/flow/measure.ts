import { spawnSync } from 'node:child_process';

/** A whole process, as the shell would start it. */
export type Program = { readonly name: string; readonly command: readonly string[]; readonly cwd?: string };

export type Measured = {
  readonly name: string;
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
};

export type MeasureOptions = {
  readonly rounds: number;
  /** Before whatever else the machine has to do (`chrt`, as root): for machines that are never calm. */
  readonly isFirst?: boolean;
};

const FIRST = ['chrt', '--rr', '10'];

/** Runs a program once under GNU time, whose clock is too coarse for half a second; throws with its complaint. */
function runOnce({ name, command, cwd }: Program, isFirst: boolean): Measured {
  const [timer, ...timed] = [...(isFirst ? FIRST : []), '/usr/bin/time', '-f', '@%U %S %M', ...command];
  const startMs = performance.now();
  const ended = spawnSync(timer as string, timed, { cwd, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
  const wallSeconds = (performance.now() - startMs) / 1000;
  if (ended.error) throw ended.error;
  const [, user, system, kilobytes] = /@([\d.]+) ([\d.]+) (\d+)\s*$/.exec(ended.stderr) ?? [];
  if (ended.status !== 0 || user === undefined) throw new Error(`${name} failed\n${ended.stderr.slice(-2000)}`);
  return {
    name,
    wallSeconds,
    cpuSeconds: Number(user) + Number(system),
    peakMegabytes: Number(kilobytes) / 1024,
  };
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/**
 * Runs programs in turns, round by round, so that whatever else the machine does meets them all, and gives medians. A
 * program that fails is left out, with a line that says so.
 */
export function measureInTurns(programs: readonly Program[], { rounds, isFirst = false }: MeasureOptions): Measured[] {
  const runs = new Map<string, Measured[]>();
  const failed = new Set<string>();
  for (let round = 0; round < rounds; round += 1)
    for (const program of programs) {
      if (failed.has(program.name)) continue;
      try {
        runs.set(program.name, [...(runs.get(program.name) ?? []), runOnce(program, isFirst)]);
      } catch (error) {
        failed.add(program.name);
        console.error(error instanceof Error ? error.message : String(error));
      }
    }
  return [...runs].map(([name, all]) => ({
    name,
    wallSeconds: median(all.map((run) => run.wallSeconds)),
    cpuSeconds: median(all.map((run) => run.cpuSeconds)),
    peakMegabytes: Math.max(...all.map((run) => run.peakMegabytes)),
  }));
}
