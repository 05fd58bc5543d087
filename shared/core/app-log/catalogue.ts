import { BROWSER } from './catalogue/browser.ts';
import { COMMAND_LINE } from './catalogue/command-line.ts';
import { CONNECT_LIMITS } from './catalogue/connect-limits.ts';
import { DATABASES } from './catalogue/databases.ts';
import { DOTNET } from './catalogue/dotnet.ts';
import { ENVOY } from './catalogue/envoy.ts';
import { ERLANG } from './catalogue/erlang.ts';
import { GATEWAYS } from './catalogue/gateways.ts';
import { GO } from './catalogue/go.ts';
import { HAPROXY } from './catalogue/haproxy.ts';
import { JAVA } from './catalogue/java.ts';
import { KERNEL } from './catalogue/kernel.ts';
import { NGINX } from './catalogue/nginx.ts';
import { NODE } from './catalogue/node.ts';
import { OTHER_LIMITS } from './catalogue/other-limits.ts';
import { PERL } from './catalogue/perl.ts';
import { PHP } from './catalogue/php.ts';
import { POOLING_PROXIES } from './catalogue/pooling-proxies.ts';
import { POSIX_IN_USE } from './catalogue/posix-in-use.ts';
import { POSIX_TIMEOUT } from './catalogue/posix-timeout.ts';
import { POSIX } from './catalogue/posix.ts';
import { PYTHON } from './catalogue/python.ts';
import { RUBY } from './catalogue/ruby.ts';
import { RUST } from './catalogue/rust.ts';
import { WEB_SERVERS } from './catalogue/web-servers.ts';
import { WINDOWS } from './catalogue/windows.ts';
import type { Family } from './signature.ts';

/** Every family, the particular before the general: among signatures of one rank the earlier wins. */
export const CATALOGUE: readonly Family[] = [
  KERNEL,
  HAPROXY,
  NGINX,
  ENVOY,
  WEB_SERVERS,
  POOLING_PROXIES,
  NODE,
  GO,
  COMMAND_LINE,
  JAVA,
  DOTNET,
  RUBY,
  PHP,
  PERL,
  RUST,
  ERLANG,
  PYTHON,
  DATABASES,
  BROWSER,
  WINDOWS,
  GATEWAYS,
  POSIX,
  POSIX_IN_USE,
  POSIX_TIMEOUT,
  CONNECT_LIMITS,
  OTHER_LIMITS,
];
