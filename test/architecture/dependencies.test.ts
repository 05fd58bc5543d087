import { describe, expect, it } from 'vitest';
import { checkImports, checkPurity, RULES } from './dependency-rule.ts';
import { codeOf, pathsOf, sourceFiles, specifiersOf } from './source-files.ts';

describe('the dependency rule', () => {
  const files = sourceFiles();

  it('looks at the whole project', () => {
    expect(files.length).toBeGreaterThan(200);
    for (const { folder } of RULES)
      expect([folder, files.some(({ path }) => path.startsWith(folder))]).toEqual([folder, true]);
  });

  it('is kept by every import', () => {
    expect(checkImports(files)).toEqual([]);
  });

  it('is kept by what core does not read', () => {
    expect(checkPurity(files)).toEqual([]);
  });

  it('names no file as an exception that is gone or no longer needs to be one', () => {
    const listed = RULES.flatMap(({ exceptions }) => Object.entries(exceptions ?? {}));
    for (const [path, { more }] of listed) {
      const file = files.find((each) => each.path === path);
      const without = checkImports([{ path: path.replace(/[^/]+$/, 'some-other-file.ts'), text: file?.text ?? '' }]);
      expect([path, more, without.length > 0]).toEqual([path, more, true]);
    }
  });
});

describe('the checker', () => {
  const importing = (path: string, specifier: string) =>
    checkImports([{ path, text: `import { a } from '${specifier}';` }]);

  it.each([
    ['shared/core/detect/a.ts', 'node:fs'],
    ['shared/core/detect/a.ts', '../../ports.ts'],
    ['shared/core/detect/a.ts', '../../local/store/schema.ts'],
    ['shared/core/detect/a.ts', '../../aws/clients.ts'],
    ['shared/core/detect/a.ts', 'zod'],
    ['shared/core/detect/a.ts', 'lodash'],
    ['shared/core/detect/a.ts', 'date-fns-tz'],
    ['shared/ports.ts', './run-analysis.ts'],
    ['shared/ports.ts', 'zod/mini'],
    ['shared/run-analysis.ts', './local/store/sqlite-store.ts'],
    ['shared/local/a.ts', '@aws-sdk/client-s3'],
    ['shared/local/a.ts', '../aws/clients.ts'],
    ['shared/aws/a.ts', '../local/store/schema.ts'],
    ['shared/aws/a.ts', '../api/app.ts'],
    ['shared/api/a.ts', 'node:fs'],
    ['shared/api/a.ts', '../local/store/schema.ts'],
    ['shared/deploy/a.ts', '../core/model/settings.ts'],
    ['lambdas/analyze/handler.ts', '../poll-metrics/handler.ts'],
    ['lambdas/analyze/handler.ts', '../../shared/local/store/schema.ts'],
    ['lambdas/analyze/handler.ts', '@aws-sdk/client-s3'],
    ['lambdas/analyze/handler.ts', '../../cli/print.ts'],
    ['cli/commands/analyze.ts', '../../shared/aws/clients.ts'],
    ['cli/commands/analyze.ts', '@aws-sdk/client-s3'],
    ['cli/commands/analyze.ts', '../../lambdas/analyze/handler.ts'],
    ['cdk/constructs/a.ts', '../../shared/core/model/settings.ts'],
    ['cdk/constructs/a.ts', '../../shared/aws/clients.ts'],
    ['cdk/constructs/a.ts', '../../shared/deploy/filter-pattern-source.ts'],
    ['cdk/constructs/a.ts', '@aws-sdk/client-s3'],
    ['console/parts/a.ts', '../../shared/core/finding/schema.ts'],
    ['console/parts/a.ts', 'react'],
    ['somewhere/else.ts', './a.ts'],
  ])('stops %s from importing %s', (path, specifier) => {
    expect(importing(path, specifier)).toHaveLength(1);
  });

  it.each([
    ['shared/core/detect/a.ts', '../model/time.ts'],
    ['shared/core/detect/a.ts', 'date-fns'],
    ['shared/core/detect/a.ts', 'zod/mini'],
    ['shared/aws/a.ts', '@aws-sdk/lib-dynamodb'],
    ['shared/api/a.ts', 'hono/etag'],
    ['lambdas/analyze/handler.ts', './lambda.ts'],
    ['lambdas/analyze/handler.ts', '../../shared/aws/log.ts'],
    ['cli/commands/serve.ts', '../../shared/aws/stack-proxy.ts'],
    ['cdk/constructs/a.ts', '../../shared/deploy/environment.ts'],
    ['console/parts/a.tsx', 'preact/hooks'],
  ])('lets %s import %s', (path, specifier) => {
    expect(importing(path, specifier)).toEqual([]);
  });

  it.each([
    "import type { A } from 'node:fs';",
    "import {\n  a,\n  b,\n} from 'node:fs';",
    "export { a } from 'node:fs';",
    "export * from 'node:fs';",
    "import 'node:fs';",
    "import * as fs from 'node:fs';",
    'import fs from "node:fs";',
    "const fs = await import('node:fs');",
    "const fs = require('node:fs');",
    "import.meta.resolve('node:fs');",
    "const a = 1; import b from 'node:fs';",
  ])('sees %o', (text) => {
    expect(specifiersOf(text)).toEqual(['node:fs']);
  });

  it('sees no import in a comment', () => {
    expect(
      specifiersOf("// import a from 'node:fs';\n/* import a from 'node:fs'; */\nconst url = 'https://from';"),
    ).toEqual([]);
  });

  it.each([
    'const now = Date.now();',
    'const now = new Date();',
    'const now = new Date;',
    'const now = Date();',
    'const now = performance.now();',
    'const home = process.env.HOME;',
    "const home = process['env'];",
    'const x = Math.random();',
    'const id = crypto.randomUUID();',
    "await fetch('https://example.com');",
    'setTimeout(() => {}, 1);',
    "console.log('a');",
    'globalThis.a = 1;',
    'const hour = date.getHours();',
    'const text = date.toLocaleDateString();',
    'const text = `at ${Date.now()}`;',
  ])('stops core from %o', (text) => {
    expect(checkPurity([{ path: 'shared/core/a.ts', text }])).not.toEqual([]);
  });

  it.each([
    'const at = new Date(ms);',
    'const at = new Date(ms).toISOString();',
    'const utc = Date.UTC(2026, 0);',
    'const at = Date.parse(text);',
    '// Date.now() is not read here',
    "const words = 'process.env, Math.random() and fetch(url)';",
    'const row = this.process.next;',
    'const hour = date.getUTCHours();',
    'const { WebAssembly: api } = globalThis as unknown as { readonly WebAssembly: WasmApi };',
  ])('lets core %o', (text) => {
    expect(checkPurity([{ path: 'shared/core/a.ts', text }])).toEqual([]);
  });

  it('leaves the rest of the project its clock', () => {
    expect(checkPurity([{ path: 'shared/local/a.ts', text: 'Date.now();' }])).toEqual([]);
  });

  it('keeps lines where they are when it blanks comments and strings', () => {
    const code = codeOf("a; // 'x'\n'b\\'c' /* d\ne */ f `g ${h} i`");
    expect(code.split('\n').map((line) => line.trim().split(/\s+/).join(' '))).toEqual(['a;', '', 'f ${h}']);
  });
});

describe('the SDK', () => {
  it('is in one folder', () => {
    const users = sourceFiles().filter(({ text }) => specifiersOf(text).some((name) => name.startsWith('@aws-sdk')));
    expect(users.length).toBeGreaterThan(0);
    expect(users.filter(({ path }) => !path.startsWith('shared/aws/')).map(({ path }) => path)).toEqual([]);
  });
});

it('finds files by pattern', () => {
  expect(pathsOf(['shared/ports.ts'])).toEqual(['shared/ports.ts']);
});
