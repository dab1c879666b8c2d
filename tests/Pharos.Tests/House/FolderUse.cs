namespace Pharos.Tests.House;

/// <summary>One place in which a file of one folder uses a type that another folder of the same project declares.</summary>
/// <param name="From">Below the project, with slashes; "" for its root.</param>
/// <param name="Where">File and line.</param>
sealed record FolderUse(string From, string To, string Where, string Type)
{
    public static string Top(string folder) => folder.Split('/')[0];

    public override string ToString() => $"{Where} uses {Type} of {To}";
}
