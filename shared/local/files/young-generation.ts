import { setFlagsFromString } from 'node:v8';

/**
 * Analysis makes much garbage that lives for a moment, and V8 doubles its young generation for it by and by, up to
 * 192 MB: with a factor of one it stays as it is, and nothing takes longer. For good: whoever reads so much ends after it.
 * What is short does not get that far, and would pay for it, as code that was compiled under other flags is compiled
 * again.
 */
export function keepYoungGenerationSmall(inputBytes: number): void {
  if (inputBytes >= LONG_INPUT_BYTES) setFlagsFromString('--semi-space-growth-factor=1');
}

const LONG_INPUT_BYTES = 16 * 1024 * 1024;
