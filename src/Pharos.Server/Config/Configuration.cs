using System.Collections.Immutable;

namespace Pharos.Server.Config;

/// <summary>All that the files of one load say: the records of every part, each found by its type.</summary>
/// <remarks>Threads: immutable, safe for all.</remarks>
sealed class Configuration
{
    public static readonly Configuration Empty = new(ImmutableDictionary<Type, object>.Empty);

    readonly ImmutableDictionary<Type, object> settings;

    Configuration(ImmutableDictionary<Type, object> settings) => this.settings = settings;

    /// <summary>What the files say of it; its default where they say nothing.</summary>
    public T Of<T>()
        where T : class, ISettings<T> => Find<T>() ?? T.Default;

    /// <summary>Null when its file is not there, or cannot be used.</summary>
    public T? Find<T>()
        where T : class, ISettings<T> => settings.GetValueOrDefault(typeof(T)) as T;

    /// <summary>The same with one record added or replaced.</summary>
    public Configuration With<T>(T record)
        where T : class, ISettings<T> => new(settings.SetItem(typeof(T), record));
}
