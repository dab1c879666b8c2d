import { TextInput } from '@mantine/core';
import { useCallback } from 'react';
import { useSearchParams } from 'wouter';
import { SearchIcon } from './icons';

/** A value that lives in the address: a shared link shows the same. The usual value is left out of it. */
export function useAddressValue(name: string, usual = ''): [string, (value: string) => void] {
  const [params, setParams] = useSearchParams();
  const set = useCallback((value: string) => {
    setParams((old) => {
      const next = new URLSearchParams(old);
      if (value === usual) next.delete(name);
      else next.set(name, value);
      return next;
    }, { replace: true });
  }, [name, usual, setParams]);
  return [params.get(name) ?? usual, set];
}

export function FilterField({ value, onChange, label }: { value: string; onChange: (value: string) => void; label: string }) {
  return (
    <TextInput size="xs" w={{ base: '100%', xs: 260 }} leftSection={<SearchIcon />} aria-label={label} placeholder={label} value={value} data-shortcut-focus
      onChange={(event) => onChange(event.currentTarget.value)} onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()} />
  );
}
