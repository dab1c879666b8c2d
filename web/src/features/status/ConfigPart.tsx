import { Button } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { CopyIcon } from '../../ui/icons';
import { Card, Fetched } from '../../ui/parts';
import { configQuery } from './api';
import classes from './status.module.css';
import { pieces } from './yaml';

/** The configuration in force, all defaults filled in, secrets hidden by the server. */
export function ConfigPart() {
  const query = useQuery(configQuery);
  const clipboard = useClipboard();
  return (
    <Fetched query={query} what="the configuration">
      {(yaml) => (
        <Card flush title="Configuration in force" aside={<Button variant="default" leftSection={<CopyIcon />} onClick={() => clipboard.copy(yaml)}>{clipboard.copied ? 'Copied' : 'Copy'}</Button>}>
          <pre className={classes.yaml} tabIndex={0} aria-label="Configuration as YAML">
            {yaml.split('\n').map((line, i) => <div key={i}>{pieces(line).map((piece, j) => (piece.kind === undefined ? piece.text : <span key={j} data-kind={piece.kind}>{piece.text}</span>))}{line === '' && '\n'}</div>)}
          </pre>
        </Card>
      )}
    </Fetched>
  );
}
