const TOKEN_KEY = 'freeport-token';

/**
 * The token arrives after the `#`, which no server sees and no log keeps; it leaves the address bar at once and stays
 * with this tab.
 */
function takeToken(): string | null {
  const match = /^#token=([A-Za-z0-9_-]{16,128})(?:&to=(.*))?$/.exec(location.hash);
  if (match?.[1] !== undefined) {
    sessionStorage.setItem(TOKEN_KEY, match[1]);
    history.replaceState(null, '', `#${match[2] === undefined ? '/' : decodeURIComponent(match[2])}`);
  }
  return sessionStorage.getItem(TOKEN_KEY);
}

/** Taken before anything reads the address. */
export const token = takeToken();
