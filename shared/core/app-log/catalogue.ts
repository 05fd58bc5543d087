import { GO } from './catalogue/go.ts';
import { NODE } from './catalogue/node.ts';
import { POSIX } from './catalogue/posix.ts';
import type { Family } from './signature.ts';

/** Every family, the particular before the general: among signatures of one rank the earlier wins. */
export const CATALOGUE: readonly Family[] = [NODE, GO, POSIX];
