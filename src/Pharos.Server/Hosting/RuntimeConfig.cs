using Pharos.Server.Config;

namespace Pharos.Server.Hosting;

/// <summary>The <c>runtime</c> section: settings of Go's collector, which do nothing here.</summary>
sealed record RuntimeConfig(int? GoGc) : ISettings<RuntimeConfig>
{
    public static RuntimeConfig Default { get; } = new((int?)null);
}
