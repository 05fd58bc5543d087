import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { build, type BuildResult, type Plugin } from 'esbuild';

/**
 * Bundles one function: ES modules, nothing taken from the runtime, so that what was tested is what runs. What a
 * function loads only when it needs it is a module of its own beside `index.mjs`.
 * As a program: `node cdk/bundle.ts --function analyze --out DIR`.
 */
const PROJECT_ROOT = new URL('..', import.meta.url).pathname;

export function bundleFunction(name: string, outdir: string, write: boolean): Promise<BuildResult<{ metafile: true }>> {
  return build({
    absWorkingDir: PROJECT_ROOT,
    entryPoints: { index: join(PROJECT_ROOT, 'lambdas', name, 'lambda.ts') },
    outdir,
    outExtension: { '.js': '.mjs' },
    write,
    bundle: true,
    splitting: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    metafile: true,
    legalComments: 'none',
    logLevel: 'warning',
    // CommonJS dependencies of the SDK ask for Node's own modules this way.
    banner: { js: "import{createRequire as requireFrom}from'node:module';const require=requireFrom(import.meta.url);" },
    alias: {
      // In Lambda credentials come from the environment alone; the other providers would be a fifth of the bundle.
      '@aws-sdk/credential-provider-node': join(PROJECT_ROOT, 'shared/aws/lambda-credentials.ts'),
      '@smithy/core/event-streams': join(PROJECT_ROOT, 'shared/aws/left-out.ts'),
      '@aws-sdk/endpoint-cache': join(PROJECT_ROOT, 'shared/aws/left-out.ts'),
      bowser: join(PROJECT_ROOT, 'shared/aws/left-out.ts'),
    },
    plugins: [
      plainSchemaKeys,
      pureSchemas,
      versionsOnly,
      classesLeftOut,
      streamsLeftOut,
      idleLeftOut,
      oneRegion,
      regionsByPattern,
      machinesLeftOut,
      packedRowsLeftOut,
    ],
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
      const contents = source
        .replaceAll(/\[(_\w*)\]:/g, (key, name: string) => (constants.has(name) ? `${constants.get(name)}:` : key))
        .replaceAll(/^\w+\.registerError\(\w+\$, (\w+)\);$/gm, (call, name: string) => (isAsked(name) ? call : ''));
      return { contents, loader: 'js' };
    });
  },
};

/**
 * Whether some code of ours tells an error by its class. All others come as the service's base class with their own
 * name, as errors do that are newer than the SDK: retries go by the name.
 */
const isAsked = (error: string): boolean => error.endsWith('ServiceException') || errorsAsked().includes(error);

let namesInCode: string | null = null;
const errorsAsked = (): string =>
  (namesInCode ??= globSync(`${PROJECT_ROOT}{shared/aws,lambdas}/**/*.ts`)
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n'));

/** Making a schema has no effect but the schema: one that a function does not use can go, and the library with it. */
const pureSchemas: Plugin = {
  name: 'pure-schemas',
  setup({ onLoad }) {
    onLoad({ filter: /\/shared\/.*\.ts$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      if (!source.includes("from 'zod/mini'")) return null;
      const contents = source.replaceAll(/(?<![\w$.])z\.(?!config\b)[\w.]+\(/g, (call) => `/* @__PURE__ */ ${call}`);
      return { contents, loader: 'ts' };
    });
  },
};

/** Clients import their whole package.json for the version that stands in the user agent. */
const versionsOnly: Plugin = {
  name: 'versions-only',
  setup({ onLoad }) {
    onLoad({ filter: /@aws-sdk\/(?:client-[^/]+|nested-clients)\/package\.json$/ }, ({ path }) => {
      const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version: string };
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};

/**
 * Classes of the SDK that are constructed for what nothing here asks for, if at all: hashes in JavaScript where Node makes
 * none, XML in requests (objects are put as they are), sessions of directory buckets, signatures of event streams, and
 * retries that adapt to throttling. `idle` says that one is made and then lies idle.
 */
const CLASSES_LEFT_OUT: Readonly<Record<string, 'unmade' | 'idle'>> = {
  Sha1Js: 'unmade',
  Sha256Js: 'unmade',
  Md5Js: 'unmade',
  AdaptiveRetryStrategy: 'unmade',
  HeaderFormatter: 'idle',
  XmlShapeSerializer: 'idle',
  S3ExpressIdentityProviderImpl: 'idle',
};

const classesLeftOut: Plugin = {
  name: 'classes-left-out',
  setup({ onLoad }) {
    const names = Object.keys(CLASSES_LEFT_OUT).join('|');
    onLoad({ filter: new RegExp(`/(?:@smithy|@aws-sdk)/.*/(?:${names})\\.js$`) }, ({ path }) => {
      const name = /(\w+)\.js$/.exec(path)?.[1] ?? '';
      const refuse = `{ throw new Error('${name} is left out of the bundle'); }`;
      const members =
        CLASSES_LEFT_OUT[name] === 'unmade'
          ? `constructor() ${refuse}`
          : `setSerdeContext() {} write() ${refuse} flush() ${refuse} getS3ExpressIdentity() ${refuse} format() ${refuse}`;
      return { contents: `export class ${name} { ${members} }`, loader: 'js' };
    });
  },
};

/** What is read comes in Node's own streams, not a browser's, and what is put is put from memory. */
const STREAM_FILES = [
  'sdk-stream-mixin.browser',
  'createChecksumStream.browser',
  'createBufferedReadable',
  'getAwsChunkedEncodingStream',
];

const streamsLeftOut: Plugin = {
  name: 'streams-left-out',
  setup({ onLoad }) {
    onLoad({ filter: new RegExp(`/@smithy/core/.*/(?:${STREAM_FILES.join('|')})\\.js$`) }, ({ path }) => {
      const [, name = ''] = /export (?:const|function) (\w+)/.exec(readFileSync(path, 'utf8')) ?? [];
      return { contents: `export const ${name} = () => { throw new Error('no such stream'); };`, loader: 'js' };
    });
  },
};

/**
 * What does nothing as clients are set up here: no logger, no keys of customers, no redirects to other regions, small
 * objects that are put without asking before, buckets that exist, and one version of Node.
 */
const IDLE_FILES = [
  'check-content-length-header',
  'emitWarningIfUnsupportedVersion',
  'loggerMiddleware',
  'middleware-expect-continue',
  'middleware-ssec',
  'region-redirect-middleware',
  's3-expires-middleware',
  'validate-bucket-name',
];

const idleLeftOut: Plugin = {
  name: 'idle-left-out',
  setup({ onLoad }) {
    onLoad({ filter: new RegExp(`/(?:@smithy|@aws-sdk)/.*/(?:${IDLE_FILES.join('|')})\\.js$`) }, ({ path }) => {
      const exported = readFileSync(path, 'utf8').matchAll(/^export (?:const|function) (\w+)/gm);
      const contents = [...exported]
        .map(([, name]) => `export const ${name} = () => ({ applyToStack() {} });`)
        .join('\n');
      return { contents, loader: 'js' };
    });
  },
};

/** Requests to access points of several regions at once are signed another way; buckets and tables have one region. */
const oneRegion = inPlaceOf('one-region', '/signature-v4-multi-region/dist-es/', {
  'SignatureV4MultiRegion.js': `import { SignatureV4SignWithCredentials } from './SignatureV4SignWithCredentials';
export class SignatureV4MultiRegion extends SignatureV4SignWithCredentials {
  static sigv4aDependency() { return 'none'; }
}`,
});

/** Every region has its partition's pattern: the list of their names adds nothing but what they are called on a map. */
const regionsByPattern: Plugin = {
  name: 'regions-by-pattern',
  setup({ onLoad }) {
    onLoad({ filter: /\/util-endpoints\/lib\/aws\/partitions\.js$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      return { contents: source.replaceAll(/"regions": \{(?:[^{}]|\{[^{}]*\})*\}/g, '"regions": {}'), loader: 'js' };
    });
  },
};

/** In Lambda the region stands in the environment, and there is neither a profile nor an instance to ask. */
const machinesLeftOut = inPlaceOf('machines-left-out', '/@smithy/core/.*/', {
  'getInstanceMetadataRegion.js': 'export const getInstanceMetadataRegion = async () => undefined;',
  'loadSharedConfigFiles.js': `export { CONFIG_PREFIX_SEPARATOR } from './constants';
export const loadSharedConfigFiles = async () => ({ configFile: {}, credentialsFile: {} });`,
});

const PACKED = "{ throw new Error('packed rows are left out of the bundle'); }";

/** Rows of stored parts are objects: what packs those of large files, and reads them, belongs to the command line. */
const packedRowsLeftOut = inPlaceOf('packed-rows-left-out', '/shared/core/flow-(?:rows|log)/', {
  'packed-rows.ts': 'export class PackedRows {}',
  'row-store.ts': `export class RowStore { constructor() ${PACKED} }`,
  'order-rows.ts': `export function mergePackedRows() ${PACKED}`,
  'orient-packed.ts': `export function orientPackedRows() ${PACKED}`,
});

/** Files of a folder with other contents. */
function inPlaceOf(name: string, folder: string, contents: Readonly<Record<string, string>>): Plugin {
  const files = Object.keys(contents).join('|').replaceAll('.', '\\.');
  return {
    name,
    setup({ onLoad }) {
      onLoad({ filter: new RegExp(`${folder}(?:${files})$`) }, ({ path }) => ({
        contents: contents[basename(path)] as string,
        loader: 'js',
      }));
    },
  };
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { function: { type: 'string' }, out: { type: 'string' } } });
  if (!values.function || !values.out) throw new Error('usage: node cdk/bundle.ts --function NAME --out DIR');
  await bundleFunction(values.function, values.out, true);
}
