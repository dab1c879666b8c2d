using System.CommandLine;
using System.Globalization;
using Pharos.Model.Time;
using Pharos.Server.Config;
using Pharos.Server.Text;

namespace Pharos.Server.Cli;

/// <summary>The flags of one command line: checks each value once, and tells which flags were given and do nothing.</summary>
sealed class FlagValues
{
    readonly ParseResult parsed;
    readonly IReadOnlyDictionary<string, Option> options;
    readonly Dictionary<string, string> inForce = new(StringComparer.Ordinal);

    public FlagValues(ParseResult parsed, IReadOnlyDictionary<string, Option> options)
    {
        this.parsed = parsed;
        this.options = options;
        foreach (var flag in PrometheusFlags.All)
        {
            inForce[flag.Name] = Written(flag) ?? flag.Default;
            Check(flag);
        }
        foreach (var flag in AlertmanagerFlags.All.Where(flag => IsGiven(flag.Name))) // The others are not shown: they are not Prometheus'.
        {
            inForce[flag.Name] = Written(flag) ?? flag.Default;
            Check(flag);
        }
    }

    /// <summary>One sentence for each value that cannot be used.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>Flags that were given and have no effect, with the reason.</summary>
    public IReadOnlyList<string> Notes =>
        [.. PrometheusFlags.All.Concat(AlertmanagerFlags.All).Where(flag => flag.NoEffect is not null && IsGiven(flag.Name)).Select(flag => $"--{flag.Name} does nothing here: {flag.NoEffect}")];

    /// <summary>Every flag with the value in force; old names only when they were given.</summary>
    public IReadOnlyDictionary<string, string> InForce =>
        PrometheusFlags.All.Where(flag => !flag.IsOld || IsGiven(flag.Name)).ToDictionary(flag => flag.Name, flag => inForce[flag.Name], StringComparer.Ordinal);

    public bool IsGiven(string name) => IsExplicit(options[name]) || options.TryGetValue($"no-{name}", out var off) && IsExplicit(off);

    /// <summary>Given, and not empty: an empty path or address means the default.</summary>
    public bool IsFilled(string name) => IsGiven(name) && inForce[name].Length > 0;

    public string Text(string name) => inForce[name];

    public bool Switch(string name) => inForce[name] == "true";

    public TimeSpan Duration(string name) => PromDuration.TryParseMs(inForce[name], out var ms) ? TimeSpan.FromMilliseconds(ms) : TimeSpan.Zero;

    public long Size(string name) => ByteSize.TryParse(inForce[name], out var bytes) ? bytes : 0;

    public long Integer(string name) => long.TryParse(inForce[name], NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : 0;

    public int Int32(string name) => (int)Math.Min(int.MaxValue, Integer(name));

    /// <summary>All values of a flag that may be given several times, also separated by commas.</summary>
    public IReadOnlyList<string> Texts(string name) => inForce[name].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>What is in force was decided elsewhere, such as by the folder.</summary>
    public void Set(string name, string value) => inForce[name] = value;

    string? Written(PrometheusFlag flag)
    {
        switch (flag.Kind)
        {
            case FlagKind.Switch when IsExplicit(options[$"no-{flag.Name}"]):
                return parsed.GetValue((Option<bool>)options[$"no-{flag.Name}"]) ? "false" : "true";
            case FlagKind.Switch:
                return IsExplicit(options[flag.Name]) ? parsed.GetValue((Option<bool>)options[flag.Name]) ? "true" : "false" : null;
            case FlagKind.Texts:
                return parsed.GetValue((Option<string[]>)options[flag.Name]) is { Length: > 0 } values ? string.Join(',', values) : null;
            default:
                return parsed.GetValue((Option<string>)options[flag.Name]);
        }
    }

    bool IsExplicit(Option option) => parsed.GetResult(option) is { Implicit: false };

    void Check(PrometheusFlag flag)
    {
        var value = inForce[flag.Name];
        var mend = flag.Kind switch
        {
            FlagKind.Duration when !PromDuration.TryParseMs(value, out _) => "write a duration such as \"15d\" or \"30s\"",
            FlagKind.Size when !ByteSize.TryParse(value, out _) => "write a size such as \"10GB\"",
            FlagKind.Integer when !long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _) => "write a whole number",
            _ when flag.Name == "log.level" && value is not ("debug" or "info" or "warn" or "error") => "write debug, info, warn or error",
            _ when flag.Name == "log.format" && value is not ("logfmt" or "json") => "write logfmt or json",
            _ => null,
        };
        if (mend is not null) Faults.Add($"--{flag.Name}: \"{value}\" cannot be used; {mend}");
    }
}
