namespace Pharos.Server.Config;

/// <summary>An immutable record of settings, by whose type a <see cref="Configuration"/> gives it out.</summary>
interface ISettings<TSelf>
    where TSelf : class, ISettings<TSelf>
{
    /// <summary>What is in force where nothing is written.</summary>
    static abstract TSelf Default { get; }
}
