/** Texts of real failures that no text can tell from another failure, and why; everything else must be told. */
const UNDECIDABLE: readonly (readonly [RegExp, string])[] = [
  [/Could(?:n't| not) connect to server\W{0,3}$/i, 'curl prints the same for a refused connection'],
  [/^Socket errors: connect \d/, 'wrk counts failed connects and does not say why'],
  [/"(?:GET|POST|PUT) [^"]*" 50[234] \d|TCP_MISS\/503|^50[234] in /, 'an access log has the status alone'],
  [/^(?:request failed:|code: '[A-Z]+',?)\s*$/, 'the message is empty, or the code stands without its call'],
  [
    /^(?:[\w .":]*\s)?(?:[\w.]*(?:BindException|OSError|SocketException)): (?:\[Errno 98\] )?Address already in use$/,
    'EADDRINUSE without its call: a server, nearly always',
  ],
  [/^(?:Exception in thread "main" )?java\.net\.ConnectException$/, 'an exception without a message'],
  [/\((?:115)\)$/, 'errno 115 is what a refused connection leaves behind too'],
  [
    /operation was aborted due to timeout|timeout of \d+ms exceeded|^TimeoutError: timed out$/i,
    'a limit on the whole request: the connect may have been done',
  ],
  [/apr_pollset_poll/, 'a limit on the whole request: the connect may have been done'],
  [/await self|return opener|^try: |^s=|asyncio\.run|requests\.get\(/, 'a line of source code'],
  [/^(?:ok \d|Complete requests|resp wait|\d{4}\/\d\d\/\d\d [\d:]+ ok )/, 'nothing failed in this recording'],
];

/** Why no text could decide this one, or null when the text can tell. */
export const undecidableReason = (text: string): string | null =>
  UNDECIDABLE.find(([pattern]) => pattern.test(text.trim()))?.[1] ?? null;
