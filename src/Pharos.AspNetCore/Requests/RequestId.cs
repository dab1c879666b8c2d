using System.Buffers;
using Microsoft.Extensions.Primitives;

namespace Pharos.AspNetCore.Requests;

/// <summary>What a request id may look like.</summary>
static class RequestId
{
    const int MaxLength = 128;

    /// <summary>Letters, digits, dash and underscore.</summary>
    public static readonly SearchValues<char> HeaderLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");

    /// <summary>None of these means anything in a log line, a header, a shell or a page, so that an id can be pasted anywhere.</summary>
    static readonly SearchValues<char> Letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:/+=@");

    /// <summary>The client's id when it sent one, and one only, of 1 to 128 harmless characters; else a new one.</summary>
    public static string Take(StringValues sent) =>
        sent.Count == 1 && sent[0] is { Length: > 0 and <= MaxLength } id && !id.AsSpan().ContainsAnyExcept(Letters) ? id : Guid.NewGuid().ToString();
}
