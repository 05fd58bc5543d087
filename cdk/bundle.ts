import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build, type BuildResult, type Plugin } from 'esbuild';

/**
 * Bundles one function: a single ES module, nothing taken from the runtime, so that what was tested is what runs.
 * As a program: `node cdk/bundle.ts --function analyze --out DIR` writes `DIR/index.mjs`.
 */
const PROJECT_ROOT = new URL('..', import.meta.url).pathname;

export function bundleFunction(
  name: string,
  outfile: string,
  write: boolean,
): Promise<BuildResult<{ metafile: true }>> {
  return build({
    absWorkingDir: PROJECT_ROOT,
    entryPoints: [join(PROJECT_ROOT, 'lambdas', name, 'lambda.ts')],
    outfile,
    write,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    metafile: true,
    logLevel: 'warning',
    // CommonJS dependencies of the SDK ask for Node's own modules this way.
    banner: { js: "import{createRequire as r}from'node:module';const require=r(import.meta.url);" },
    // In Lambda credentials come from the environment alone; the SDK's other providers would be a fifth of the bundle.
    alias: {
      '@aws-sdk/credential-provider-node': join(PROJECT_ROOT, 'shared/aws/lambda-credentials.ts'),
    },
    plugins: [plainSchemaKeys],
  });
}

/**
 * The SDK's schemas have computed keys (`{ [_h]: … }`), which a bundler must take for side effects and keep: for S3 that
 * is 60 kB of operations that nobody calls. With the constants written out, what is not used can be left out.
 */
const plainSchemaKeys: Plugin = {
  name: 'plain-schema-keys',
  setup({ onLoad }) {
    onLoad({ filter: /@aws-sdk\/client-[^/]+\/dist-es\/schemas\/schemas_\d+\.js$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      const constants = new Map(
        [...source.matchAll(/^const (_\w*) = ("[^"]*");$/gm)].map(([, name, value]) => [name, value]),
      );
      const contents = source.replaceAll(/\[(_\w*)\]:/g, (key, name: string) =>
        constants.has(name) ? `${constants.get(name)}:` : key,
      );
      return { contents, loader: 'js' };
    });
  },
};

if (import.meta.main) {
  const { values } = parseArgs({ options: { function: { type: 'string' }, out: { type: 'string' } } });
  if (!values.function || !values.out) throw new Error('usage: node cdk/bundle.ts --function NAME --out DIR');
  await bundleFunction(values.function, join(values.out, 'index.mjs'), true);
}
