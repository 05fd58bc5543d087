import type { Signal } from '../client/api-client.ts';
import { countText, SOURCE_NAMES } from '../logic/figures.ts';
import { durationText } from '../logic/times.ts';
import { Line } from './text.tsx';
import { Time } from './time.tsx';

const STATE_SHAPES: Readonly<Record<Signal['state'], string>> = {
  arriving: '●',
  quiet: '○',
  late: '▲',
  missing: '◆',
};

/** More of them than this are told by number while they are well. */
const SHOWN_WELL = 12;

/** Which signals arrive and how late: a finding can be no better than what was heard. */
export function SignalTable({ signals }: { signals: readonly Signal[] }) {
  const unwell = signals.filter(({ state }) => state === 'late' || state === 'missing');
  const well = signals.filter((signal) => !unwell.includes(signal));
  if (well.length <= SHOWN_WELL) return <Table signals={[...unwell, ...well]} name="Table of signals" />;
  return (
    <>
      {unwell.length > 0 && <Table signals={unwell} name="Signals that are late or missing" />}
      <details>
        <summary>{countText(well.length)} signals arrive, or are quiet</summary>
        <Table signals={well} name="Signals that arrive" />
      </details>
    </>
  );
}

const Table = ({ signals, name }: { signals: readonly Signal[]; name: string }) => (
  <div class="scroll" tabIndex={0} role="region" aria-label={name}>
    <table>
      <thead>
        <tr>
          <th scope="col">Signal</th>
          <th scope="col">From</th>
          <th scope="col">State</th>
          <th scope="col">Last minute heard of</th>
          <th scope="col" class="number">
            Behind
          </th>
          <th scope="col" class="number">
            Usual
          </th>
        </tr>
      </thead>
      <tbody>
        {signals.map((signal) => (
          <tr key={`${signal.source} ${signal.subject}`}>
            <th scope="row">{SOURCE_NAMES[signal.source]}</th>
            <td>
              <Line text={signal.subject} limit={80} />
            </td>
            <td class={`state state-${signal.state}`}>
              <span aria-hidden="true">{STATE_SHAPES[signal.state]}</span> {signal.state}
            </td>
            <td>{signal.lastAt === null ? 'never' : <Time at={signal.lastAt} />}</td>
            <td class="number">{signal.behindSeconds === null ? '' : durationText(signal.behindSeconds)}</td>
            <td class="number">{durationText(signal.usualSeconds)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
