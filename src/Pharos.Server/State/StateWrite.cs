namespace Pharos.Server.State;

/// <summary>One row to be put or removed. Equal are writes of the same key: the later counts alone.</summary>
abstract class StateWrite
{
    public abstract void Run(StateStatements statements);
}

/// <summary>What nobody waits for. No two are equal: each is written.</summary>
sealed class NoteWrite(Action<StateStatements> write) : StateWrite
{
    public override void Run(StateStatements statements) => write(statements);
}
