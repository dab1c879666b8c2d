using System.Collections.Frozen;

namespace Pharos.Server.Hosting.Web;

/// <summary>One file of the user interface in the forms in which it can be sent.</summary>
sealed record WebFile
{
    public required string ContentType { get; init; }

    /// <summary>The name changes with the content, so browsers may keep it for ever.</summary>
    public required bool IsImmutable { get; init; }

    /// <summary>Strong entity tag without the encoding's suffix, in quotes.</summary>
    public required string Tag { get; init; }

    /// <summary>How to open each form. At least one.</summary>
    public required FrozenDictionary<ContentEncoding, Func<Stream>> Forms { get; init; }
}

/// <summary>How the bytes of an answer are packed, the shortest first.</summary>
enum ContentEncoding
{
    Brotli,
    Gzip,
    Identity,
}
