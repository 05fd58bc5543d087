import { render } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Route } from './logic/route.ts';
import { HelpDialog } from './parts/help-dialog.tsx';
import { Empty } from './parts/live-view.tsx';
import { listenForKeys } from './state/keys.ts';
import { announcement, route } from './state/page.ts';
import { theme, THEMES } from './state/preferences.ts';
import { DestinationsView } from './views/destinations.tsx';
import { FindingView } from './views/finding.tsx';
import { HistoryView } from './views/history.tsx';
import { NowView } from './views/now.tsx';

const PLACES = [
  ['now', 'Now'],
  ['destinations', 'Destinations'],
  ['history', 'History'],
] as const;

function App() {
  const [isHelpShown, setHelpShown] = useState(false);
  useEffect(() => listenForKeys(() => setHelpShown(true)), []);
  return (
    <>
      <a class="skip" href="#main" onClick={skipToMain}>
        Skip to the content
      </a>
      <Header onHelp={() => setHelpShown(true)} />
      <Main />
      <p class="unseen" role="status">
        {announcement.value}
      </p>
      {isHelpShown && <HelpDialog onClose={() => setHelpShown(false)} />}
    </>
  );
}

const Header = ({ onHelp }: { onHelp: () => void }) => (
  <header>
    <a class="brand" href="#/now">
      Freeport
    </a>
    <nav aria-label="Views">
      {PLACES.map(([kind, name]) => (
        <a key={kind} href={`#/${kind}`} aria-current={route.value.kind === kind ? 'page' : undefined}>
          {name}
        </a>
      ))}
    </nav>
    <label class="theme">
      <span class="unseen">Colours</span>
      <select value={theme.value} onChange={(event) => (theme.value = themeOf(event.currentTarget.value))}>
        {THEMES.map((name) => (
          <option key={name} value={name}>
            {THEME_NAMES[name]}
          </option>
        ))}
      </select>
    </label>
    <button type="button" aria-label="Keys" onClick={onHelp}>
      ?
    </button>
  </header>
);

const THEME_NAMES = { auto: 'Auto', light: 'Light', dark: 'Dark' } as const;

/** Focus follows to a new view, so that the keyboard and a screen reader start at its top. */
function Main() {
  const main = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  const place = JSON.stringify([route.value.kind, route.value.kind === 'finding' ? route.value.id : '']);
  useLayoutEffect(() => {
    if (route.value.kind !== 'finding' && route.value.kind !== 'now') document.title = 'Freeport';
    if (!isFirst.current) {
      main.current?.focus();
      scrollTo(0, 0);
    }
    isFirst.current = false;
  }, [place]);
  return (
    <main id="main" ref={main} tabIndex={-1}>
      <View route={route.value} />
    </main>
  );
}

function View({ route: at }: { route: Route }) {
  switch (at.kind) {
    case 'now':
      return <NowView />;
    case 'finding':
      return <FindingView key={at.id} id={at.id} />;
    case 'destinations':
      return <DestinationsView filters={at.filters} />;
    case 'history':
      return <HistoryView filters={at.filters} />;
    case 'nowhere':
      return (
        <Empty>
          <h1>Nothing here</h1>
          <p>
            There is no such view. Go to <a href="#/now">now</a>.
          </p>
        </Empty>
      );
  }
}

/** The address after the `#` is the view's, so a jump within the page is made by hand. */
function skipToMain(event: Event): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}

const themeOf = (name: string) => THEMES.find((known) => known === name) ?? 'auto';

const app = document.getElementById('app');
if (app !== null) {
  app.replaceChildren();
  render(<App />, app);
}
