import 'react';

// Custom properties in style attributes: React passes them on, its types do not know them.
declare module 'react' {
  interface CSSProperties {
    [property: `--${string}`]: string | number | undefined;
  }
}
