import type { ReactNode } from 'react';

/** The few pictures of the pages, drawn on a 16 px grid with the text's colour. All are decoration: what they say stands beside them in words. */
function Icon({ children, size = 16 }: { children: ReactNode; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true" focusable="false" style={{ flex: 'none' }}>
      {children}
    </svg>
  );
}

export const HomeIcon = () => <Icon><path d="M6.3 6.500h3.400L11 14H5zM6 3.800h4v2.700H6zM8 2v1.800M3.8 5 1.5 4.200M12.2 5l2.3-.8M3.5 14h9" /></Icon>;
export const ExploreIcon = () => <Icon><path d="M2 2v12h12M4.5 10.500l3-4 2.5 2.5 3.5-5" /></Icon>;
export const AlertsIcon = () => <Icon><path d="M8 2a4 4 0 0 0-4 4v3l-1.5 2.500h11L12 9V6a4 4 0 0 0-4-4zM6.5 14h3" /></Icon>;
export const RulesIcon = () => <Icon><path d="M2.5 4h2M2.5 8h2M2.5 12h2M7 4h6.500M7 8h6.500M7 12h6.5" /></Icon>;
export const TargetsIcon = () => <Icon><circle cx="8" cy="8" r="6" /><circle cx="8" cy="8" r="2.5" /><path d="M8 2v2M8 12v2M2 8h2M12 8h2" /></Icon>;
export const StatusIcon = () => <Icon><rect x="2" y="3" width="12" height="4" rx="1" /><rect x="2" y="9" width="12" height="4" rx="1" /><path d="M4.5 5h.01M4.5 11h.01" /></Icon>;
export const SunIcon = () => <Icon><circle cx="8" cy="8" r="3" /><path d="M8 1.500v1.500M8 13v1.500M1.5 8H3M13 8h1.500M3.4 3.400l1.1 1.100M11.5 11.500l1.1 1.100M12.6 3.400l-1.1 1.100M4.5 11.500l-1.1 1.1" /></Icon>;
export const MoonIcon = () => <Icon><path d="M13.5 9.500A6 6 0 0 1 6.5 2.500a6 6 0 1 0 7 7z" /></Icon>;
export const SystemIcon = () => <Icon><circle cx="8" cy="8" r="6" /><path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor" stroke="none" /></Icon>;
export const KeyboardIcon = () => <Icon><rect x="1.5" y="4" width="13" height="8" rx="1.5" /><path d="M4 6.500h.01M6.7 6.500h.01M9.3 6.500h.01M12 6.500h.01M5 9.500h6" /></Icon>;
export const MenuIcon = () => <Icon size={20}><path d="M2.5 4.500h11M2.5 8h11M2.5 11.500h11" /></Icon>;
export const CloseIcon = () => <Icon><path d="M4 4l8 8M12 4l-8 8" /></Icon>;
export const PlusIcon = () => <Icon><path d="M8 3v10M3 8h10" /></Icon>;
export const SearchIcon = () => <Icon><circle cx="7" cy="7" r="4.5" /><path d="M10.5 10.5 14 14" /></Icon>;
export const BackIcon = () => <Icon><path d="M10 3 5 8l5 5" /></Icon>;
export const ForwardIcon = () => <Icon><path d="m6 3 5 5-5 5" /></Icon>;
export const DownIcon = () => <Icon><path d="m4 6 4 4 4-4" /></Icon>;
export const CopyIcon = () => <Icon><rect x="5.5" y="5.5" width="8" height="8" rx="1" /><path d="M10.5 5.500v-2a1 1 0 0 0-1-1h-6a1 1 0 0 0-1 1v6a1 1 0 0 0 1 1h2" /></Icon>;
export const LogoIcon = () => (
  <svg width="24" height="24" viewBox="0 0 32 32" aria-hidden="true" focusable="false" style={{ flex: 'none' }}>
    <rect width="32" height="32" rx="7" fill="#0d3b44" />
    <path d="M13 13h6l2 14H11z" fill="#f4f7f8" />
    <path d="M12.4 20h7.2l.4 3h-8z" fill="#0d3b44" />
    <rect x="12" y="7" width="8" height="5" rx="1" fill="#ffc857" />
    <path d="M11.5 7 16 3.5 20.5 7z" fill="#f4f7f8" />
    <path d="M9.5 9.500H3M22.5 9.500H29M9.8 7 5 4.500M22.2 7 27 4.5" stroke="#ffc857" strokeWidth="1.6" strokeLinecap="round" />
  </svg>
);
