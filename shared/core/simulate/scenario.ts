import type { FlowFormatName } from './flow-format.ts';
import type { Random } from './random.ts';
import type { World } from './world.ts';

/** One story, told by its mechanism. `draw` varies load, sizes and programs by the seed; the story stays the same. */
export type Scenario = {
  readonly name: string;
  /** Scenarios of one class are one row of the scoreboard. */
  readonly class: string;
  readonly title: string;
  /** What happens in it and why, for people. */
  readonly mechanism: string;
  /** The interfaces that a flow log must cover to see it: `vpc` where no gateway is involved. */
  readonly flowLevel: 'nat' | 'vpc';
  /** The only format in which it can be seen, where that is so. */
  readonly flowFormat?: FlowFormatName;
  readonly draw: (random: Random) => World;
};
