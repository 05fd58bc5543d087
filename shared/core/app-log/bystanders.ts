/** What stands beside a destination in a log event and must not be taken for it. */

/** A program may also call itself `client: `. */
const NGINX_CLIENT = /\bclient: (?:\d{1,3}(?:\.\d{1,3}){3}|[\da-f:]{2,45}|unix:), /i;

/** Before the time in brackets, in HAProxy's own logs. */
const HAPROXY_CLIENT = /(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-f:]{2,45}):\d{1,5} \[(?=\d\d\/\w{3}\/\d{4}:)/gi;
/** Where a program's documentation explains the error. */
const EXPLANATION =
  /\bhttps?:\/\/(?:(?:docs?|help|support|learn|kb|wiki)\.|(?:\w{1,20}\.)?github\.(?:com|io)\/|nodejs\.org\/|sqlalche\.me\/)[^\s)"']{0,400}/gi;
/** What http-proxy-middleware was asked for, before where it went. */
const PROXIED = /\bproxying request \S{1,400} (?=to \w{2,12}:\/\/)/gi;
/** The source line that Python prints below each frame: its words are names of variables. */
export const SOURCE_LINE =
  /(^[> ]{0,4}File "[^"\n]{1,300}", line \d{1,6}(?:, in [^\n]{0,200})?\n)(?:[ \t]{2,}[^\n]{0,1000}(?:\n|$)){1,40}/gm;

/** Addresses that are printed beside the destination and are not it: the local end; nginx's client and server names. */
export function withoutBystanders(text: string): string {
  let remote = text.replace(/ ?- Local \([^)\n]{1,80}\)/g, ' ').replace(HAPROXY_CLIENT, '[');
  if (remote.includes('://')) remote = remote.replace(EXPLANATION, '').replace(PROXIED, '');
  if (!NGINX_CLIENT.test(remote)) return remote;
  return remote
    .replace(/\brequest: "[^"\n]{0,2048}"/g, '')
    .replace(/\b(?:client|server|host|referrer): "?[^,"\n]{0,256}"?(?=,|$)/gm, '');
}
