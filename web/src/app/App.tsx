import { MantineProvider, localStorageColorSchemeManager } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { Component, lazy, type ReactNode, Suspense, useSyncExternalStore } from 'react';
import { Link, Redirect, Route, Router, Switch, useLocation, useSearch } from 'wouter';
import { ApiError } from '../api/client';
import { HomePage } from '../features/home/HomePage';
import { homePage } from '../links/links';
import { movedFromFragment, movedTo } from '../links/moved';
import { type PagePattern, pagePatterns } from '../links/pages';
import { Empty, Fault, Loading, Page } from '../ui/parts';
import { Shell } from './Shell';
import { theme } from './theme';

const ExplorePage = lazy(async () => ({ default: (await import('../features/explore/ExplorePage')).ExplorePage }));
const AlertsSection = lazy(async () => ({ default: (await import('../features/alerts/AlertsSection')).AlertsSection }));
const RulesPage = lazy(async () => ({ default: (await import('../features/rules/RulesPage')).RulesPage }));
const TargetsPage = lazy(async () => ({ default: (await import('../features/targets/TargetsPage')).TargetsPage }));
const StatusPage = lazy(async () => ({ default: (await import('../features/status/StatusPage')).StatusPage }));

const client = new QueryClient({
  defaultOptions: {
    queries: {
      // One more try hides a restart; a refusal is not going to change.
      retry: (failures, error) => failures < 1 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
      staleTime: 2_000,
      refetchOnWindowFocus: true,
    },
  },
});

const schemeManager = localStorageColorSchemeManager({ key: 'pharos-scheme' });

/** The path below which the server lives, as it wrote it into the page. */
const base = new URL(document.baseURI).pathname.replace(/\/$/, '');

/** What stands at each address of the list. Another has no place here, and none can be left out. */
const shown: Record<PagePattern, (params: Readonly<Record<string, string | undefined>>) => ReactNode> = {
  '/': () => <HomeOrMoved />,
  '/explore': () => <ExplorePage />,
  '/alerts': () => <AlertsSection />,
  '/alerts/:part': ({ part }) => <AlertsSection part={part} />,
  '/alerts/silences/:id': ({ id }) => <AlertsSection part="silences" id={id} />,
  '/rules': () => <RulesPage />,
  '/targets': () => <TargetsPage />,
  '/status': () => <StatusPage />,
  '/status/:part': ({ part }) => <StatusPage part={part} />,
};

export function App() {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" colorSchemeManager={schemeManager}>
      <QueryClientProvider client={client}>
        <Router base={base}>
          <Shell>
            <Broken>
              <Suspense fallback={<Loading what="the page" rows={6} />}>
                <Switch>
                  {pagePatterns.map((pattern) => <Route key={pattern} path={pattern}>{shown[pattern]}</Route>)}
                  <Route><MovedOrMissing /></Route>
                </Switch>
              </Suspense>
            </Broken>
          </Shell>
        </Router>
      </QueryClientProvider>
    </MantineProvider>
  );
}

/** Links of Alertmanager name its pages behind a `#`, all at the root. */
function HomeOrMoved() {
  const target = movedFromFragment(useSyncExternalStore(onFragment, () => window.location.hash));
  return target === undefined ? <HomePage /> : <Redirect to={target} replace />;
}

function onFragment(notify: () => void) {
  window.addEventListener('hashchange', notify);
  return () => window.removeEventListener('hashchange', notify);
}

function MovedOrMissing() {
  const [location] = useLocation();
  const target = movedTo(location, useSearch());
  if (target !== undefined) return <Redirect to={target} replace />;
  return (
    <Page title="No such page">
      <Empty title={`There is nothing at ${location}`}><Link href={homePage}>Home tells what is wrong right now</Link></Empty>
    </Page>
  );
}

/** A fault of ours in one page leaves the frame standing, so that the others can be reached. */
class Broken extends Component<{ children: ReactNode }, { error: Error | undefined }> {
  override state: { error: Error | undefined } = { error: undefined };

  static getDerivedStateFromError(error: unknown) {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render() {
    // A page's script that is gone after an upgrade is the common case: loading anew mends it.
    return this.state.error === undefined ? this.props.children : <Fault error={this.state.error} retry={() => window.location.reload()} />;
  }
}
