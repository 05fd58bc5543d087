import { writeFileSync } from 'node:fs';
import { filterPatternSource } from './filter-pattern-source.ts';

export const FILTER_PATTERN_FILE = new URL('filter-pattern.ts', import.meta.url);

// Run after a change of the catalogue: node shared/deploy/filter-pattern-write.ts
if (import.meta.main) writeFileSync(FILTER_PATTERN_FILE, filterPatternSource());
