import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { FreeportStack } from '../../cdk/freeport-stack.ts';
import type { FreeportSettings } from '../../cdk/settings.ts';
import { resourcesOf, type Template } from './template.ts';

export type Assembly = {
  readonly template: Template;
  /** Folder of each function's bundle, by logical id. */
  readonly bundles: ReadonlyMap<string, string>;
};

/** The template and the bundles, exactly as they would be deployed. */
export function synthesise(settings: FreeportSettings): Assembly {
  const { context } = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8')) as {
    context: Record<string, unknown>;
  };
  const outdir = mkdtempSync(join(tmpdir(), 'freeport-system-'));
  const app = new App({ context: { ...context, 'aws:cdk:enable-path-metadata': true }, outdir });
  new FreeportStack(app, 'Freeport', { settings });
  const { directory } = app.synth();
  const template = JSON.parse(readFileSync(join(directory, 'Freeport.template.json'), 'utf8')) as Template;
  const bundles = resourcesOf(template, 'AWS::Lambda::Function').map(([id, resource]) => {
    const { S3Key } = resource.Properties['Code'] as { S3Key: string };
    return [id, join(directory, `asset.${S3Key.replace('.zip', '')}`)] as const;
  });
  return { template, bundles: new Map(bundles) };
}
