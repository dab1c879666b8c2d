import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { CloseIcon } from '../../ui/icons';
import { letter } from '../../charts/Legend';
import { PromqlEditor } from './editor/PromqlEditor';
import classes from './explore.module.css';

interface Props {
  index: number;
  value: string;
  isOnly: boolean;
  onChange: (text: string) => void;
  onRun: () => void;
  onFormat: () => void;
  onRemove: () => void;
}

/** One expression with what can be done to it. */
export function QueryRow({ index, value, isOnly, onChange, onRun, onFormat, onRemove }: Props) {
  const name = `Query ${letter(index)}`;
  return (
    <div className={classes.query}>
      {!isOnly && <span className={classes.letter} aria-hidden="true">{letter(index)}</span>}
      <PromqlEditor value={value} onChange={onChange} onRun={onRun} label={isOnly ? 'Query' : name} />
      <div className={classes.buttons}>
        <Tooltip label="Lay the expression out in lines"><Button variant="default" onClick={onFormat} disabled={value.trim() === ''} aria-label={isOnly ? 'Format' : `Format ${name}`}>Format</Button></Tooltip>
        {!isOnly && <ActionIcon variant="subtle" color="gray" aria-label={`Remove ${name}`} onClick={onRemove}><CloseIcon /></ActionIcon>}
      </div>
    </div>
  );
}
