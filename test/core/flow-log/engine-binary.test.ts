import { expect, it } from 'vitest';
import { binaryModule, compileEngine } from '../../../bench/flow/compile-engine.ts';
import { readFileSync } from 'node:fs';

it('the committed WebAssembly is what its sources compile to', async () => {
  const committed = new URL('../../../shared/core/flow-log/engine/wasm-binary.ts', import.meta.url);
  expect(binaryModule(await compileEngine())).toBe(readFileSync(committed, 'utf8'));
});
