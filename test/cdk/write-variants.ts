/**
 * Writes the templates of what can be chosen instead of the defaults, under CloudFormation's rules and cdk-nag's packs:
 * `node test/cdk/write-variants.ts FOLDER`, for linters that read templates. Ends with an error when a rule is broken.
 */
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { FreeportStack } from '../../cdk/freeport-stack.ts';
import { cdkContext, VARIANTS } from './synth.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: node test/cdk/write-variants.ts FOLDER');
mkdirSync(folder, { recursive: true });
for (const [name, settings] of Object.entries(VARIANTS)) {
  const app = new App({ context: { ...cdkContext, 'aws:cdk:bundling-stacks': [] }, analyticsReporting: false });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  const stack = new FreeportStack(app, 'Freeport', { settings });
  const { directory } = app.synth();
  copyFileSync(join(directory, stack.templateFile), join(folder, `Freeport-${name}.template.json`));
  console.log(`Freeport-${name}.template.json: written, by CloudFormation's rules and the packs`);
}
