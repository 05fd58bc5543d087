/** Lines that may tell of exhausted ports; a superset of what the signatures accept. `?A ?B` is "A or B", in any case that is listed. */
export const LOG_FILTER_PATTERN = [
  'EADDRNOTAVAIL',
  'EADDRINUSE',
  'assign requested address',
  'Address already in use',
  'WSAEADDRNOTAVAIL',
]
  .map((term) => `?"${term}"`)
  .join(' ');
