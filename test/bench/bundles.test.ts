import { describe, expect, it } from 'vitest';
import { BUNDLE_BYTES, bytesAtStart } from '../../bench/aws/bundles.ts';
import { bundleFunction } from '../../cdk/bundle.ts';

describe('bundles', () => {
  it.each(['ingest-flow-logs', 'ingest-app-logs', 'analyze'])('are small enough to start soon: %s', async (name) => {
    const { metafile } = await bundleFunction(name, '/nowhere', false);
    expect(bytesAtStart(metafile.outputs)).toBeGreaterThan(100_000);
    expect(bytesAtStart(metafile.outputs)).toBeLessThanOrEqual(BUNDLE_BYTES);
  });
});
