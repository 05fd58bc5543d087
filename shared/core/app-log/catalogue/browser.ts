import { LIKELY, RANK, type Family } from '../signature.ts';

/** Chromium's network errors, as Chrome, Electron, Puppeteer and Playwright print them. */
export const BROWSER: Family = {
  runtime: 'chrome',
  marks: '\\bnet::ERR_|\\bERR_(?:NO_BUFFER|ADDRESS)_',
  signatures: [
    {
      id: 'chrome-no-buffers',
      failure: 'no-buffers',
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: LIKELY,
      pattern: '<no-buffers>',
      also: ['\\bERR_NO_BUFFER_SPACE\\b'],
      source: 'chromium net/base/net_error_list.h -176: WSAENOBUFS',
      examples: ['net::ERR_NO_BUFFER_SPACE'],
    },
    {
      id: 'chrome-in-use',
      failure: 'in-use',
      needles: ['err_address_in_use'],
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: 0.6,
      pattern: 'net::ERR_ADDRESS_IN_USE\\b',
      unless: '\\blisten|\\bbind',
      source: 'chromium net/base/net_error_list.h -147',
      examples: ['GET https://example.com/ net::ERR_ADDRESS_IN_USE'],
    },
    {
      id: 'chrome-invalid',
      failure: 'unavailable',
      needles: ['err_address_invalid'],
      rank: RANK.call,
      verdict: 'connect-misconfig',
      certainty: 0.5,
      pattern: 'net::ERR_ADDRESS_INVALID\\b',
      unless: '\\blisten|\\bbind',
      source: 'chromium net/base/net_error_list.h -108: EADDRNOTAVAIL, most often 0.0.0.0 or a port of 0',
      examples: ['GET http://0.0.0.0:8080/ net::ERR_ADDRESS_INVALID'],
    },
  ],
  lookAlikes: [
    'net::ERR_CONNECTION_REFUSED',
    'net::ERR_ADDRESS_INVALID',
    'listen on IPv6 failed with error ERR_ADDRESS_INVALID',
  ],
};
