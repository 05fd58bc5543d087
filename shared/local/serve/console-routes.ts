import { readFile } from 'node:fs/promises';
import { Hono } from 'hono';

const CONSOLE = new URL('../../../console/', import.meta.url);

/** Nothing from elsewhere, nothing inline, and no text turned into markup: what a log says can do nothing here. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const FILES = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/console.css': ['console.css', 'text/css; charset=utf-8'],
  '/console.js': ['console.js', 'text/javascript; charset=utf-8'],
} as const;

/** The page and its files, read once. */
export async function consoleRoutes(): Promise<Hono> {
  const app = new Hono();
  for (const [path, [file, type]] of Object.entries(FILES)) {
    const text = await readFile(new URL(file, CONSOLE), 'utf8');
    app.get(path, (context) =>
      context.body(text, 200, {
        'content-type': type,
        'content-security-policy': CONTENT_SECURITY_POLICY,
        'cache-control': 'no-cache',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      }),
    );
  }
  return app;
}
