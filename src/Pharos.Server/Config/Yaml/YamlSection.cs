using System.Globalization;
using Pharos.Model.Diagnostics;
using Pharos.Model.Time;
using Pharos.Server.Text;

namespace Pharos.Server.Config.Yaml;

/// <summary>Reads one mapping key by key. What was asked for is what is known; <see cref="Close"/> tells of the rest.</summary>
/// <remarks>
/// <para>A key that is absent yields the default; so does one that is null, but for texts and flags: there nothing is "" and false, as for Go's
/// reader, which Prometheus and Alertmanager use. A fault is told once, with the path of the key, and yields the default too, so that
/// reading goes on and every fault is found at once.</para>
/// </remarks>
sealed partial class YamlSection
{
    readonly YamlMapping? mapping;
    readonly string path;
    readonly List<string> asked = [];
    readonly Dictionary<string, YamlSection?> shared = new(StringComparer.Ordinal);

    public YamlSection(ConfigSource source, string file, YamlNode? node, string path)
    {
        Source = source;
        File = file;
        this.path = path;
        mapping = node as YamlMapping;
        Node = node;
        if (node is not null and not YamlMapping and not YamlScalar { IsNull: true })
        {
            Error(node, $"{node.Describe()} is no mapping; write keys and values (key: value)");
            IsBroken = true;
        }
    }

    public ConfigSource Source { get; }

    /// <summary>Absolute path of the file.</summary>
    public string File { get; }

    /// <summary>What was written; null when nothing was.</summary>
    public YamlNode? Node { get; }

    /// <summary>Something else than a mapping was written (told already): nothing in it can be missed.</summary>
    public bool IsBroken { get; }

    /// <summary>Keys that are not known are only told, here and in all sections below.</summary>
    public bool UnknownKeysAreWarnings { get; init; }

    /// <summary>Two dollars in a secret or an address are one, here and in all sections below, so that a name behind it stays text.</summary>
    public bool DoubledDollars { get; init; }

    /// <summary>Makes these keys known, in this order, before anybody asks for them.</summary>
    public void Expect(IReadOnlyList<string> keys) => asked.AddRange(keys);

    /// <summary>Whether the key was written, with a value that is not null.</summary>
    public bool Has(string key) => Find(key) is not null;

    public YamlNode? Find(string key)
    {
        if (!asked.Contains(key)) asked.Add(key);
        return mapping?.Find(key)?.Value is { } value and not YamlScalar { IsNull: true } ? value : null;
    }

    /// <summary>The text of a key; null when it is absent.</summary>
    public string? Text(string key) => Scalar(key)?.Text;

    public string Text(string key, string otherwise) => Text(key) ?? (IsNothing(key, "the empty text", otherwise.Length > 0) ? "" : otherwise);

    public bool Bool(string key, bool otherwise = false) => Bool(key, out var value) ? value : otherwise && !IsNothing(key, "false", differs: true);

    /// <summary>A flag that is inherited where it is absent or null.</summary>
    public bool InheritedBool(string key, bool inherited) => Bool(key, out var value) ? value : inherited;

    public bool Bool(string key, out bool value)
    {
        value = false;
        if (Scalar(key) is not { } scalar) return false;
        switch (scalar.Text)
        {
            case "true" or "True" or "TRUE" or "yes" or "Yes" or "YES" or "on" or "On" or "ON" or "y" or "Y":
                value = true;
                return true;
            case "false" or "False" or "FALSE" or "no" or "No" or "NO" or "off" or "Off" or "OFF" or "n" or "N":
                return true;
            default:
                Error(key, $"{scalar.Describe()} is neither yes nor no; write true or false");
                return false;
        }
    }

    public long Integer(string key, long otherwise, long min, long max)
    {
        if (Scalar(key) is not { } scalar) return otherwise;
        if (!TryInteger(scalar.Text, out var value))
        {
            Error(key, $"{scalar.Describe()} is no whole number; write digits only");
            return otherwise;
        }
        if (value < min || value > max)
        {
            Error(key, string.Create(CultureInfo.InvariantCulture, $"{value} is out of range; write a number from {min} to {max}"));
            return otherwise;
        }
        return value;
    }

    public double Number(string key, double otherwise)
    {
        if (Scalar(key) is not { } scalar) return otherwise;
        if (double.TryParse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)) return value;
        Error(key, $"{scalar.Describe()} is no number; write digits such as 0.5");
        return otherwise;
    }

    /// <summary>A duration; null when absent.</summary>
    public TimeSpan? Duration(string key)
    {
        if (Scalar(key) is not { } scalar) return null;
        if (PromDuration.TryParseMs(scalar.Text, out var ms)) return TimeSpan.FromMilliseconds(ms);
        var isBareNumber = scalar.Text.Length > 0 && scalar.Text.All(char.IsAsciiDigit);
        Error(key, isBareNumber
            ? $"{scalar.Describe()} has no unit; write a duration such as \"{scalar.Text}s\" (ms, s, m, h, d, w, y)"
            : $"{scalar.Describe()} is no duration; write one such as \"15s\" or \"1h30m\" (y, w, d, h, m, s, ms, in this order)");
        return null;
    }

    public TimeSpan Duration(string key, TimeSpan otherwise) => Duration(key) ?? otherwise;

    /// <summary>A size in bytes such as <c>10MB</c>; null when absent.</summary>
    public long? SizeBytes(string key)
    {
        if (Scalar(key) is not { } scalar) return null;
        if (ByteSize.TryParse(scalar.Text, out var bytes)) return bytes;
        var isBareNumber = scalar.Text.Length > 0 && scalar.Text.All(char.IsAsciiDigit);
        Error(key, isBareNumber
            ? $"{scalar.Describe()} has no unit; write a size such as \"{scalar.Text}MB\" (B, KB, MB, GB, TB, PB, EB)"
            : $"{scalar.Describe()} is no size; write one such as \"10MB\" (B, KB, MB, GB, TB, PB, EB)");
        return null;
    }

    /// <summary>One of the words, or null when absent or wrong (told).</summary>
    public string? OneOf(string key, params IReadOnlyList<string> words)
    {
        if (Scalar(key) is not { } scalar) return null;
        if (words.Contains(scalar.Text)) return scalar.Text;
        Error(key, $"{scalar.Describe()} is not known here; {NearestKey.MeantOr(scalar.Text, words)}");
        return null;
    }

    /// <summary>Tells of every key that was never asked for, here and in what is shared. Call it last.</summary>
    public void Close()
    {
        foreach (var section in shared.Values) section?.Close();
        foreach (var entry in mapping?.Entries ?? [])
        {
            if (asked.Contains(entry.Key.Text)) continue;
            var mend = NearestKey.Meant(entry.Key.Text, asked) is { } meant ? meant
                : asked.Count <= 12 ? $"known here: {string.Join(", ", asked)}"
                : "see the documentation of Prometheus for the keys of this section";
            Report(UnknownKeysAreWarnings ? Severity.Warning : Severity.Error, entry.Key, path, $"unknown key {entry.Key.Describe()}; {mend}");
        }
    }

    public void Error(string key, string message) => Report(Severity.Error, At(key), PathOf(key), message);

    public void Warn(string key, string message) => Report(Severity.Warning, At(key), PathOf(key), message);

    public void Inform(string key, string message) => Report(Severity.Info, At(key), PathOf(key), message);

    /// <summary>A fault of the section itself.</summary>
    public void Error(string message) => Error(Node, message);

    /// <summary>A warning when serving, an error when checking: the surroundings lack something, not the file.</summary>
    public void Lacking(string key, string message) => Report(Source.IsStrict ? Severity.Error : Severity.Warning, At(key), PathOf(key), message);

    /// <summary>Answers a key that Prometheus has and this does not do yet.</summary>
    public void NotSupported(string key)
    {
        if (Has(key)) Warn(key, "recognised, not supported yet");
    }

    /// <summary>Answers a key that has nothing to act on here.</summary>
    public void DoesNothing(string key, string why)
    {
        if (Has(key)) Warn(key, $"does nothing here: {why}");
    }

    public void Error(YamlNode? where, string message) => Report(Severity.Error, where, path, message);

    public void ErrorAt(int line, int column, string key, string message) =>
        Source.Diagnostics.Add(Diagnostic.Error(ConfigSource.Show(File), line, column, $"{PathOf(key)}: {message}"));

    public string PathOf(string key) => path.Length == 0 ? key : $"{path}.{key}";

    YamlScalar? Scalar(string key)
    {
        switch (Find(key))
        {
            case null:
                return null;
            case YamlScalar scalar:
                return scalar;
            case var other:
                Error(key, $"{other.Describe()} stands where one value belongs; write a single value");
                return null;
        }
    }

    /// <summary>Whether the key was written with nothing behind it.</summary>
    /// <param name="differs">Whether that is something else than leaving the key out; it is told then.</param>
    bool IsNothing(string key, string meaning, bool differs)
    {
        if (mapping?.Find(key)?.Value is not YamlScalar { IsNull: true }) return false;
        if (differs) Warn(key, $"has no value, which means {meaning}; write one, or remove the key for the default");
        return true;
    }

    YamlNode? At(string key) => mapping?.Find(key) is { } entry
        ? entry.Value is YamlScalar { IsNull: true } ? entry.Key : entry.Value
        : Node;

    void Report(Severity severity, YamlNode? where, string at, string message)
    {
        var text = at.Length == 0 ? message : $"{at}: {message}";
        Source.Diagnostics.Add(new(severity, ConfigSource.Show(File), where?.Line ?? 0, where?.Column ?? 0, text));
    }

    static bool TryInteger(string text, out long value)
    {
        if (text.StartsWith("0x", StringComparison.Ordinal)) return long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
        return long.TryParse(text.Replace("_", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }
}
