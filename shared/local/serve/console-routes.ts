import { Hono } from 'hono';
import { etag } from 'hono/etag';
import { buildConsole } from './build-console.ts';

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

const HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'cache-control': 'no-cache',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const;

/** The console's files, built once. */
export async function consoleRoutes(): Promise<Hono> {
  const { html, css, js } = await buildConsole();
  const files = [
    ['/', html, 'text/html; charset=utf-8'],
    ['/console.css', css, 'text/css; charset=utf-8'],
    ['/console.js', js, 'text/javascript; charset=utf-8'],
  ] as const;
  const app = new Hono();
  for (const [path, text, type] of files)
    app.get(path, etag(), (context) => context.body(text, 200, { ...HEADERS, 'content-type': type }));
  return app;
}
