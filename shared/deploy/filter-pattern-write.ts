import { writeFileSync } from 'node:fs';
import { filterPatternSource } from './filter-pattern-source.ts';

// Run after a change of the catalogue: node shared/deploy/filter-pattern-write.ts
writeFileSync(new URL('filter-pattern.ts', import.meta.url), filterPatternSource());
