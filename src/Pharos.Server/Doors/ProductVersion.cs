using System.Reflection;

namespace Pharos.Server.Doors;

/// <summary>Which build this is.</summary>
static class ProductVersion
{
    static readonly string[] Parts = (typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0").Split('+', 2);

    public static string Version => Parts[0];

    /// <summary>The commit it was built from; "" when that is not known.</summary>
    public static string Revision => Parts.Length > 1 ? Parts[1] : "";
}
