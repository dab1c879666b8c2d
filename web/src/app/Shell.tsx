import { ActionIcon, Tooltip, useMantineColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { groupsIfRoutedQuery, routingQuery } from '../features/alerts/api';
import { countNotifying } from '../features/alerts/held';
import { alertsQuery } from '../features/rules/api';
import { buildQuery } from '../features/status/api';
import { targetsQuery } from '../features/targets/api';
import { alertsPages, homePage, targetsPage } from '../links/links';
import { isOn, pages, type PageTitle } from '../links/pages';
import { AlertsIcon, ExploreIcon, HomeIcon, KeyboardIcon, LogoIcon, MenuIcon, MoonIcon, RulesIcon, StatusIcon, SunIcon, SystemIcon, TargetsIcon } from '../ui/icons';
import { StatusMark } from '../ui/StatusMark';
import classes from './Shell.module.css';
import { Shortcuts, useHelp } from './Shortcuts';

const icons: Record<PageTitle, ReactNode> = {
  Home: <HomeIcon />,
  Explore: <ExploreIcon />,
  Alerts: <AlertsIcon />,
  Rules: <RulesIcon />,
  Targets: <TargetsIcon />,
  Status: <StatusIcon />,
};

const schemes = {
  auto: { next: 'light', word: 'as the system', icon: <SystemIcon /> },
  light: { next: 'dark', word: 'light', icon: <SunIcon /> },
  dark: { next: 'auto', word: 'dark', icon: <MoonIcon /> },
} as const;

/** The frame of every page: the rail with what is wrong right now, and the keys. */
export function Shell({ children }: { children: ReactNode }) {
  const [location] = useLocation();
  const [isRailOpen, setRailOpen] = useState(false);
  const [shownAt, setShownAt] = useState(location);
  if (shownAt !== location) {
    setShownAt(location);
    setRailOpen(false);
  }
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const help = useHelp();
  const main = useRef<HTMLElement>(null);
  const scheme = schemes[colorScheme];
  const nextScheme = useCallback(() => setColorScheme(schemes[colorScheme].next), [colorScheme, setColorScheme]);

  useEffect(() => {
    if (!isRailOpen) return;
    const close = (event: KeyboardEvent) => event.key === 'Escape' && setRailOpen(false);
    document.addEventListener('keydown', close);
    return () => document.removeEventListener('keydown', close);
  }, [isRailOpen]);

  return (
    <div className={classes.shell}>
      <button type="button" className={classes.skip} onClick={() => main.current?.focus()}>Skip to the page</button>
      <div className={classes.bar}>
        <Link href={homePage} className={classes.brand ?? ''}><LogoIcon />Pharos</Link>
        <WrongNow />
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label="Menu" aria-expanded={isRailOpen} onClick={() => setRailOpen(true)}><MenuIcon /></ActionIcon>
      </div>
      {isRailOpen && <button type="button" className={classes.shade} aria-label="Close the menu" onClick={() => setRailOpen(false)} />}
      <header className={classes.rail} data-open={isRailOpen}>
        <Link href={homePage} className={classes.brand ?? ''}><LogoIcon />Pharos</Link>
        <nav aria-label="Pages">
          <ul className={classes.nav}>
            {pages.map((page) => (
              <li key={page.path}>
                <Link href={page.path} {...(isOn(page.path, location) && { 'aria-current': 'page' as const })}>
                  {icons[page.title]}
                  {page.title}
                  {page.path === alertsPages.active && <FiringCount />}
                  {page.path === targetsPage && <DownCount />}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <div className={classes.foot}>
          <Tooltip label={`Colours: ${scheme.word} (d)`}>
            <ActionIcon variant="subtle" color="gray" aria-label={`Colours: ${scheme.word}`} onClick={nextScheme}>{scheme.icon}</ActionIcon>
          </Tooltip>
          <Tooltip label="Keys (?)">
            <ActionIcon variant="subtle" color="gray" aria-label="Keys" onClick={help.open}><KeyboardIcon /></ActionIcon>
          </Tooltip>
          <Version />
        </div>
      </header>
      <main className={classes.main} ref={main} tabIndex={-1}>{children}</main>
      <Shortcuts isOpen={help.isOpen} onOpen={help.open} onClose={help.close} onScheme={nextScheme} />
    </div>
  );
}

/** Where alerts are routed here, those that somebody is told of: what is held back is nobody's work now. Elsewhere, what the rules say. */
function useFiring(): number {
  const isRouted = useQuery(routingQuery).data?.isConfigured === true;
  const groups = useQuery({ ...groupsIfRoutedQuery, enabled: isRouted }).data;
  const byRule = useQuery(alertsQuery).data?.filter((alert) => alert.state === 'firing').length ?? 0;
  return isRouted ? countNotifying(groups ?? []) : byRule;
}

function useDown(): number {
  return useQuery(targetsQuery).data?.activeTargets.filter((target) => target.health === 'down').length ?? 0;
}

function FiringCount() {
  const firing = useFiring();
  return firing > 0 && <span className={classes.count}><StatusMark status="firing" size={12} />{firing}<span className="visually-hidden"> firing</span></span>;
}

function DownCount() {
  const down = useDown();
  return down > 0 && <span className={classes.count}><StatusMark status="down" size={12} />{down}<span className="visually-hidden"> down</span></span>;
}

/** On narrow screens the rail is hidden; what is wrong is not. */
function WrongNow() {
  const firing = useFiring();
  const down = useDown();
  if (firing === 0 && down === 0) return null;
  return (
    <span style={{ display: 'flex', gap: 10 }}>
      {firing > 0 && <Link href={alertsPages.active} className={classes.count ?? ''}><FiringCount /></Link>}
      {down > 0 && <Link href={targetsPage} className={classes.count ?? ''}><DownCount /></Link>}
    </span>
  );
}

function Version() {
  const version = useQuery(buildQuery).data?.version;
  return version !== undefined && <span>{version}</span>;
}
