using System.Text;
using Pharos.Server.Wire;
using Snappier;

namespace Pharos.Tests.Server.Metrics.RemoteWrite;

/// <summary>Builds remote-write requests of both versions.</summary>
static class SomeRequest
{
    public static byte[] V1(params (string Labels, (long TimeMs, double Value)[] Samples)[] series)
    {
        var request = new ProtoWriter();
        foreach (var (labels, samples) in series)
        {
            var message = new ProtoWriter();
            foreach (var (name, value) in Parse(labels)) message.Message(1, Label(name, value));
            foreach (var (timeMs, value) in samples) message.Message(2, Sample(timeMs, value));
            request.Message(1, message);
        }
        return request.Written.ToArray();
    }

    public static byte[] V2(params (string Labels, (long TimeMs, double Value)[] Samples)[] series)
    {
        var symbols = new List<string> { "" };
        var all = new ProtoWriter();
        foreach (var (labels, samples) in series)
        {
            var references = new ProtoWriter();
            foreach (var (name, value) in Parse(labels))
            {
                references.RawVarint(Symbol(symbols, name));
                references.RawVarint(Symbol(symbols, value));
            }
            var message = new ProtoWriter();
            message.Message(1, references);
            foreach (var (timeMs, value) in samples) message.Message(2, Sample(timeMs, value));
            all.Message(5, message);
        }
        var request = new ProtoWriter();
        foreach (var symbol in symbols) request.Bytes(4, Encoding.UTF8.GetBytes(symbol));
        return [.. request.Written, .. all.Written];
    }

    public static ulong Symbol(List<string> symbols, string text)
    {
        if (!symbols.Contains(text)) symbols.Add(text);
        return (ulong)symbols.IndexOf(text);
    }

    public static ProtoWriter Label(string name, string value)
    {
        var label = new ProtoWriter();
        label.Bytes(1, Encoding.UTF8.GetBytes(name));
        label.Bytes(2, Encoding.UTF8.GetBytes(value));
        return label;
    }

    public static ProtoWriter Sample(long timeMs, double value)
    {
        var sample = new ProtoWriter();
        sample.Double(1, value);
        sample.Int64(2, timeMs);
        return sample;
    }

    public static byte[] Pack(byte[] message) => Snappy.CompressToArray(message);

    static IEnumerable<(string Name, string Value)> Parse(string labels) => labels.Split(' ').Select(pair => (pair[..pair.IndexOf('=', StringComparison.Ordinal)], pair[(pair.IndexOf('=', StringComparison.Ordinal) + 1)..]));
}
