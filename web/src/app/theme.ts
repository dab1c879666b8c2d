import { createTheme, type MantineColorsTuple } from '@mantine/core';

/** Deep water: the one accent. Status colours are apart, in theme.css, each with a shape of its own (ui/StatusMark). */
const sea: MantineColorsTuple = ['#e6f4f5', '#cfe6e8', '#a0ccd0', '#6fb2b8', '#479ca3', '#2a8d95', '#147680', '#0b6670', '#075660', '#04434b'];

/** Ink on paper at night: the neutral scale of the dark scheme, a little blue. */
const dark: MantineColorsTuple = ['#dfe7ec', '#b5c1c9', '#93a2ac', '#647480', '#33424d', '#263440', '#1a252e', '#141d24', '#0f161c', '#0a1014'];

export const theme = createTheme({
  primaryColor: 'sea',
  primaryShade: { light: 7, dark: 6 },
  colors: { sea, dark },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", "Segoe UI Mono", "Roboto Mono", "Liberation Mono", "DejaVu Sans Mono", monospace',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  defaultRadius: 4,
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Tooltip: { defaultProps: { openDelay: 350, withArrow: true, transitionProps: { duration: 0 } } },
    Modal: { defaultProps: { transitionProps: { duration: 0 }, centered: true } },
    Menu: { defaultProps: { transitionProps: { duration: 0 }, shadow: 'sm' } },
    Button: { defaultProps: { size: 'xs' } },
  },
});
