import { posix } from 'node:path';
import { codeOf, type SourceFile, specifiersOf } from './source-files.ts';

export type Violation = { readonly path: string; readonly uses: string; readonly rule: string };

/**
 * What a folder may import: other folders or files of the project (by prefix), and packages (a name with everything
 * under it, or one exact entry such as `zod/mini`).
 */
type Rule = {
  readonly folder: string;
  readonly project: readonly string[];
  readonly packages: readonly string[];
  /** Files that may import more, and why that is right. */
  readonly exceptions?: Readonly<Record<string, { readonly more: readonly string[]; readonly why: string }>>;
};

const SERVICES = ['shared/run-analysis.ts', 'shared/publish-owed.ts'];
/** Parquet as text: read on one machine and on AWS. */
const PARQUET = 'shared/parquet-flows.ts';
const ZOD = ['zod/mini', 'zod/v4/locales/en.js'];

/** `core ← ports ← services ← {aws, local, api} ← {lambdas, cli}`; the first rule whose folder holds a file counts. */
export const RULES: readonly Rule[] = [
  { folder: 'shared/core/', project: ['shared/core/'], packages: ['date-fns', 'zod/mini'] },
  { folder: 'shared/ports.ts', project: ['shared/core/'], packages: [] },
  ...SERVICES.map((folder) => ({ folder, project: ['shared/core/', 'shared/ports.ts'], packages: [] })),
  { folder: PARQUET, project: ['shared/core/'], packages: ['hyparquet', 'node:'] },
  {
    folder: 'shared/aws/',
    project: ['shared/aws/', 'shared/core/', 'shared/ports.ts', 'shared/deploy/', PARQUET, ...SERVICES],
    packages: ['@aws-sdk', '@smithy', '@aws-lambda-powertools', 'node:', ...ZOD],
  },
  {
    folder: 'shared/local/',
    project: ['shared/local/', 'shared/core/', 'shared/ports.ts', 'shared/api/', PARQUET, ...SERVICES],
    packages: ['node:', 'hono', '@hono/node-server', 'esbuild', ...ZOD],
  },
  {
    folder: 'shared/api/',
    project: ['shared/api/', 'shared/core/', 'shared/ports.ts'],
    packages: ['hono', ...ZOD],
  },
  {
    folder: 'shared/deploy/',
    project: ['shared/deploy/'],
    packages: [],
    exceptions: {
      'shared/deploy/filter-pattern-source.ts': {
        more: ['shared/core/'],
        why: 'writes the filter pattern from the catalogue, by hand and never while a stack is synthesised',
      },
      'shared/deploy/filter-pattern-write.ts': { more: ['node:'], why: 'writes a file' },
    },
  },
  {
    folder: 'lambdas/',
    project: ['shared/core/', 'shared/ports.ts', 'shared/api/', 'shared/aws/', 'shared/deploy/', ...SERVICES],
    packages: ['node:', 'hono', 'aws-lambda', '@aws-lambda-powertools', ...ZOD],
  },
  {
    folder: 'cli/',
    project: ['cli/', 'shared/core/', 'shared/ports.ts', 'shared/local/', 'shared/api/', 'package.json', ...SERVICES],
    packages: ['node:', 'commander', ...ZOD],
    exceptions: {
      'cli/commands/serve.ts': {
        more: ['shared/aws/'],
        why: 'serve --stack asks a deployed stack, loaded when asked for',
      },
    },
  },
  {
    folder: 'cdk/',
    project: ['cdk/', 'shared/deploy/'],
    packages: ['aws-cdk-lib', 'constructs', 'cdk-nag', 'esbuild', 'node:', ...ZOD],
  },
  {
    folder: 'console/',
    project: ['console/', 'shared/core/advise/what-if.ts'],
    packages: ['preact', '@preact/signals', 'uplot'],
  },
];

/** Generators in `shared/deploy` that a stack must not reach, for they reach further than `shared/deploy`. */
const GENERATORS = ['shared/deploy/filter-pattern-source.ts', 'shared/deploy/filter-pattern-write.ts'];

export const checkImports = (files: readonly SourceFile[]): Violation[] =>
  files.flatMap(({ path, text }) => {
    const rule = RULES.find(({ folder }) => path.startsWith(folder));
    if (rule === undefined) return [{ path, uses: '', rule: 'no rule says what this folder may import' }];
    return specifiersOf(text).flatMap((specifier) => {
      const broken = judge(path, specifier, rule);
      return broken === null ? [] : [{ path, uses: specifier, rule: broken }];
    });
  });

function judge(path: string, specifier: string, rule: Rule): string | null {
  const { project, packages, exceptions, folder } = rule;
  const more = exceptions?.[path]?.more ?? [];
  if (!specifier.startsWith('.')) {
    const allowed = [...packages, ...more].some((name) => isWithin(specifier, name));
    return allowed ? null : `${folder} may import only ${packages.join(', ') || 'no packages'}`;
  }
  const target = posix.normalize(posix.join(posix.dirname(path), specifier));
  if (folder === 'lambdas/' && target.startsWith('lambdas/'))
    return functionOf(path) === functionOf(target) ? null : 'functions never import each other';
  if (folder === 'cdk/' && GENERATORS.includes(target)) return 'a stack does not need the generators';
  if ([...project, ...more].some((prefix) => target === prefix || (prefix.endsWith('/') && target.startsWith(prefix))))
    return null;
  return `${folder} may import only ${project.join(', ')}`;
}

/** `zod/mini` is itself alone; `@aws-sdk`, `hono` and `node:` are everything under them. */
const isWithin = (specifier: string, name: string): boolean =>
  specifier === name ||
  (name === 'node:' && specifier.startsWith(name)) ||
  (!name.includes('/', name.startsWith('@') ? 1 : 0) && specifier.startsWith(`${name}/`)) ||
  (name === '@hono/node-server' && specifier.startsWith(`${name}/`));

const functionOf = (path: string): string => path.split('/')[1] ?? '';

/** Whatever makes an answer depend on when, where or how often it is asked for. */
const IMPURE: readonly (readonly [string, RegExp])[] = [
  ['the clock: Date.now()', /\bDate\s*\.\s*now\b/],
  ['the clock: new Date() without an argument', /\bnew\s+Date\s*(?:\(\s*\)|(?![\s(]))/],
  ['the clock: Date() as a function', /(?<!new\s+)(?<![.\w])Date\s*\(/],
  ['the clock: performance', /(?<![.\w])performance\s*\./],
  ['the environment: process', /(?<![.\w'])process\s*[.[]/],
  ['randomness: Math.random', /\bMath\s*\.\s*random\b/],
  ['randomness: crypto', /(?<![.\w])crypto\s*\./],
  ['the network: fetch', /(?<![.\w])fetch\s*\(/],
  ['timers', /(?<![.\w])(?:setTimeout|setInterval|setImmediate|queueMicrotask)\s*\(/],
  ['the console', /(?<![.\w])console\s*\./],
  // WebAssembly is part of the language, yet not of the types that core is compiled with.
  ['globalThis', /\bglobalThis\b(?! as unknown as \{ readonly WebAssembly: \w+ \})/],
  [
    'the local time zone',
    /\.\s*(?:getTimezoneOffset|toLocale(?:Date|Time)?String|get(?:FullYear|Month|Date|Day|Hours|Minutes))\s*\(/,
  ],
];

export const checkPurity = (files: readonly SourceFile[]): Violation[] =>
  files
    .filter(({ path }) => path.startsWith('shared/core/'))
    .flatMap(({ path, text }) => {
      const code = codeOf(text);
      return IMPURE.filter(([, pattern]) => pattern.test(code)).map(([what]) => ({
        path,
        uses: what,
        rule: 'shared/core reads no clock, environment, randomness or network: they are arguments',
      }));
    });
