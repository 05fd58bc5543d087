/**
 * Calls that answer EADDRNOTAVAIL without any connection: an address or a route that is set up or taken away, systemd's
 * journal at its end. Stands right before the failure's words.
 */
export const OTHER_CALL = new RegExp(
  [
    '\\bRTNETLINK answers: ?',
    '\\b(?:netlink|SIOC[SGAD][A-Z]{2,20})\\b[^\\n]{0,60}',
    '\\brouting socket: ?',
    '\\b(?:add|delete|change) (?:net|host) [^\\n]{1,80}: gateway [^\\n]{1,80}: ?',
    '\\b(?:add|adding|delete|deleting|remove|removing|replace|replacing) (?:an? |the )?(?:(?:secondary|egress|ip|ipv[46]) ){0,2}(?:addr(?:ess)?|ip|route)\\b(?:(?!connect|dial)[^\\n]){0,100}',
    '\\b(?:JournalError|sd_journal_\\w{1,40}|journal fields): ?',
  ]
    .map((source) => `(?:${source})$`)
    .join('|'),
  'i',
);
