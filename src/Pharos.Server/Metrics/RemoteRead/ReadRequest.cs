using System.Text;
using Pharos.Model.Labels;
using Pharos.Server.Wire;

namespace Pharos.Server.Metrics.RemoteRead;

/// <summary>A remote-read request (<c>prometheus.ReadRequest</c>).</summary>
/// <param name="WantsSamples">The plain answer is the first kind that the client takes and that is known here; else streamed chunks are.</param>
sealed record ReadRequest(IReadOnlyList<ReadQuery> Queries, bool WantsSamples)
{
    const ulong Samples = 0;
    const ulong StreamedChunks = 1;
    const int MaxQueries = 1_000;
    const int MaxMatchers = 10_000;

    /// <exception cref="MalformedRequestException">No such message.</exception>
    /// <exception cref="Model.Text.Re2SyntaxException">A matcher's pattern is not RE2.</exception>
    public static ReadRequest Parse(ReadOnlySpan<byte> message)
    {
        var queries = new List<ReadQuery>();
        var accepted = new List<ulong>();
        var reader = new ProtoReader(message);
        while (reader.TryNext(out var field))
        {
            if (field == 1) queries.Add(ParseQuery(reader.ReadBytes()));
            else if (field == 2) reader.ReadRepeatedVarint(accepted, static number => number);
            else reader.Skip();
            if (queries.Count > MaxQueries) throw new MalformedRequestException($"remote read: more than {MaxQueries} queries");
        }
        if (accepted.Count == 0) return new(queries, WantsSamples: true); // Clients older than the choice.
        foreach (var kind in accepted)
        {
            if (kind is Samples or StreamedChunks) return new(queries, kind == Samples);
        }
        throw new MalformedRequestException($"remote read: none of the response types {string.Join(", ", accepted)} is known; accept SAMPLES (0) or STREAMED_XOR_CHUNKS (1)");
    }

    static ReadQuery ParseQuery(ReadOnlySpan<byte> message)
    {
        long fromMs = 0, throughMs = 0;
        var matchers = new List<LabelMatcher>();
        var reader = new ProtoReader(message);
        while (reader.TryNext(out var field))
        {
            switch (field)
            {
                case 1: fromMs = reader.ReadInt64(); break;
                case 2: throughMs = reader.ReadInt64(); break;
                case 3: matchers.Add(ParseMatcher(reader.ReadBytes())); break;
                default: reader.Skip(); break;
            }
            if (matchers.Count > MaxMatchers) throw new MalformedRequestException($"remote read: more than {MaxMatchers} matchers");
        }
        return new(fromMs, throughMs, matchers);
    }

    static LabelMatcher ParseMatcher(ReadOnlySpan<byte> message)
    {
        ulong kind = 0;
        string name = "", value = "";
        var reader = new ProtoReader(message);
        while (reader.TryNext(out var field))
        {
            switch (field)
            {
                case 1: kind = reader.ReadVarint(); break;
                case 2: name = Encoding.UTF8.GetString(reader.ReadBytes()); break;
                case 3: value = Encoding.UTF8.GetString(reader.ReadBytes()); break;
                default: reader.Skip(); break;
            }
        }
        var match = kind switch
        {
            0 => MatchKind.Equal,
            1 => MatchKind.NotEqual,
            2 => MatchKind.Regex,
            3 => MatchKind.NotRegex,
            _ => throw new MalformedRequestException($"remote read: matcher of kind {kind}"),
        };
        return new(match, name, value);
    }
}

/// <summary>One selector over a range, both ends inclusive.</summary>
sealed record ReadQuery(long FromMs, long ThroughMs, IReadOnlyList<LabelMatcher> Matchers);
