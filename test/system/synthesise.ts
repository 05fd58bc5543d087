import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { bundleFunction } from '../../cdk/bundle.ts';
import { FreeportStack } from '../../cdk/freeport-stack.ts';
import type { FreeportSettings } from '../../cdk/settings.ts';
import { resourcesOf, type Template } from './template.ts';

export type Assembly = {
  readonly template: Template;
  /** Folder of each function's bundle, by logical id. */
  readonly bundles: ReadonlyMap<string, string>;
};

/** The template as it would be deployed, and the bundles by the bundler that makes the deployed ones. */
export async function synthesise(settings: FreeportSettings): Promise<Assembly> {
  const outdir = mkdtempSync(join(tmpdir(), 'freeport-system-'));
  const app = new App({ context: { ...cdkContext(), ...FOR_TESTS }, outdir });
  new FreeportStack(app, 'Freeport', { settings });
  const { directory } = app.synth();
  const template = JSON.parse(readFileSync(join(directory, 'Freeport.template.json'), 'utf8')) as Template;
  const bundles = resourcesOf(template, 'AWS::Lambda::Function').map(async ([id, { Metadata }]) => {
    const name = /([^/]+)$/.exec(String(Metadata?.['aws:asset:path'] ?? ''))?.[1];
    if (name === undefined) throw new Error(`${id} names no source`);
    await bundleFunction(name, join(outdir, name), true);
    return [id, join(outdir, name)] as const;
  });
  return { template, bundles: new Map(await Promise.all(bundles)) };
}

/** Paths name resources in tests; the assets stay sources, since they are bundled here in one process. */
const FOR_TESTS = {
  'aws:cdk:enable-path-metadata': true,
  'aws:cdk:enable-asset-metadata': true,
  'aws:cdk:bundling-stacks': [],
};

function cdkContext(): Record<string, unknown> {
  const { context } = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8')) as {
    context: Record<string, unknown>;
  };
  return context;
}
