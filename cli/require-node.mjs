/**
 * Imported first by every entry point: an older Node lacks what the embedded store needs, and would fail later with a
 * message about something else. JavaScript, so that older ones can read it.
 */
const NEEDED_MAJOR = 24;

if (Number.parseInt(process.versions.node, 10) < NEEDED_MAJOR) {
  process.stderr.write(
    `freeport needs Node ${NEEDED_MAJOR} or newer, and this is ${process.version}. ` +
      'On Linux `npm ci` installs the right one: use `npx freeport`, `npm start` or `npm run`.\n',
  );
  process.exit(2);
}
