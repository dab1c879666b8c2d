using System.Buffers;
using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Pharos.AspNetCore.Settings;

/// <summary>Reads one configuration section by hand, so that trimming needs no reflection and every fault is told at once.</summary>
/// <remarks>
/// <para>Every reader takes the value that stands when the key is absent. A malformed value leaves that value and adds a fault to the
/// list that all sections of one reading share; <see cref="SettingsFaults"/> tells them when the service starts.</para>
/// <para>What is read is known: after all readers, <see cref="FindUnknown"/> adds a fault for each key that none of them asked for.</para>
/// </remarks>
sealed class SettingsSection(IConfiguration configuration, string path, List<string> faults)
{
    /// <summary>None of these means anything in a route's pattern.</summary>
    static readonly SearchValues<char> PathLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~/");

    readonly Dictionary<string, Kind> known = new(StringComparer.OrdinalIgnoreCase);
    readonly List<SettingsSection> children = [];

    enum Kind
    {
        Value,
        List,
        Section,
    }

    public SettingsSection Child(string key)
    {
        known[key] = Kind.Section;
        var child = new SettingsSection(configuration.GetSection(key), $"{path}:{key}", faults);
        children.Add(child);
        return child;
    }

    /// <summary>Sections below that one, whose names are the user's own.</summary>
    public IEnumerable<(string Name, SettingsSection Section)> Children(string key)
    {
        var parent = Child(key);
        return [.. configuration.GetSection(key).GetChildren().Select(child => (child.Key, parent.Child(child.Key)))];
    }

    public string Text(string key, string standing) => ValueOf(key) ?? standing;

    public string? OptionalText(string key, string? standing) => ValueOf(key) is { Length: > 0 } text ? text : standing;

    /// <summary>The path of an endpoint, such as <c>/metrics</c>.</summary>
    public string Path(string key, string standing)
    {
        if (ValueOf(key) is not { } text) return standing;
        if (text.StartsWith('/') && text.Length > 1 && !text.AsSpan().ContainsAnyExcept(PathLetters)) return text.TrimEnd('/');
        Fault(key, text, $"write a path such as {standing}");
        return standing;
    }

    public bool Flag(string key, bool standing)
    {
        if (ValueOf(key) is not { } text) return standing;
        if (bool.TryParse(text, out var flag)) return flag;
        Fault(key, text, "write true or false");
        return standing;
    }

    public int Number(string key, int standing, int min, int max)
    {
        if (ValueOf(key) is not { } text) return standing;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max) return number;
        Fault(key, text, string.Create(CultureInfo.InvariantCulture, $"write a whole number from {min} to {max}"));
        return standing;
    }

    public double Real(string key, double standing, double min, double max)
    {
        if (ValueOf(key) is not { } text) return standing;
        if (TryReal(text, out var number) && number >= min && number <= max) return number;
        Fault(key, text, string.Create(CultureInfo.InvariantCulture, $"write a number from {min} to {max}"));
        return standing;
    }

    /// <summary>A duration such as <c>250ms</c>, <c>5s</c>, <c>2m</c>, <c>1h</c>, or .NET's <c>00:00:05</c>.</summary>
    public TimeSpan Duration(string key, TimeSpan standing, TimeSpan min, TimeSpan max)
    {
        if (ValueOf(key) is not { } text) return standing;
        if (TryDuration(text, out var duration) && duration >= min && duration <= max) return duration;
        Fault(key, text, $"write a duration from {min} to {max}, such as 250ms, 5s or 00:00:05");
        return standing;
    }

    public T Choice<T>(string key, T standing) where T : struct, Enum
    {
        if (ValueOf(key) is not { } text) return standing;
        // Numbers are names of nothing: TryParse would take them.
        if (Enum.TryParse<T>(text, ignoreCase: true, out var choice) && Enum.GetNames<T>().Contains(text, StringComparer.OrdinalIgnoreCase)) return choice;
        Fault(key, text, $"write one of {string.Join(", ", Enum.GetNames<T>())}");
        return standing;
    }

    /// <summary>An absolute http or https address.</summary>
    public Uri? Url(string key, Uri? standing)
    {
        if (ValueOf(key) is not { Length: > 0 } text) return standing;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https") return url;
        Fault(key, text, "write an address such as http://localhost:9090");
        return standing;
    }

    /// <summary>A list: <c>Key:0</c>, <c>Key:1</c>, … or one value with commas. Absent: null.</summary>
    public IReadOnlyList<string>? Texts(string key)
    {
        known[key] = Kind.List;
        if (configuration[key] is { } text) return text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var items = configuration.GetSection(key).GetChildren().Select(item => item.Value).OfType<string>().ToArray();
        return items.Length == 0 ? null : items;
    }

    /// <summary>Numbers as <see cref="Texts"/> has texts. Absent or malformed: null.</summary>
    public IReadOnlyList<double>? Reals(string key)
    {
        if (Texts(key) is not { } texts) return null;
        var numbers = new List<double>(texts.Count);
        foreach (var text in texts)
        {
            if (TryReal(text, out var number)) numbers.Add(number);
            else Fault(key, text, "write a number");
        }
        return numbers.Count == texts.Count ? numbers : null;
    }

    /// <summary>Names with values: <c>Key:a</c> = 1, <c>Key:b</c> = 2.</summary>
    public IEnumerable<KeyValuePair<string, string>> Pairs(string key)
    {
        known[key] = Kind.List;
        foreach (var pair in configuration.GetSection(key).GetChildren())
        {
            if (pair.Value is { } value) yield return new(pair.Key, value);
        }
    }

    /// <summary>Adds a fault of this section that no reader above sees.</summary>
    /// <param name="advice">What to write instead.</param>
    public void Fault(string key, string found, string advice) => faults.Add($"{path}:{key}: \"{found}\"; {advice}");

    /// <summary>Adds a fault for each key of this section and those below that nothing has asked for. Comes after all readers.</summary>
    public void FindUnknown()
    {
        foreach (var found in configuration.GetChildren())
        {
            if (!known.TryGetValue(found.Key, out var kind)) faults.Add($"{path}:{found.Key}: unknown key; {Advice(found.Key)}");
            else if (kind == Kind.Value && found.GetChildren().Any()) faults.Add($"{path}:{found.Key}: keys stand below it; write one value");
            else if (kind == Kind.Section && found.Value is { Length: > 0 }) faults.Add($"{path}:{found.Key}: it has a value; write keys below it");
        }
        foreach (var child in children) child.FindUnknown();
    }

    string Advice(string unknown)
    {
        var nearest = known.Keys.MinBy(candidate => NameDistance.Between(candidate, unknown));
        return nearest is not null && NameDistance.Between(nearest, unknown) <= Math.Max(2, unknown.Length / 3) ? $"did you mean \"{nearest}\"?" : $"known are {string.Join(", ", known.Keys.Order(StringComparer.Ordinal))}";
    }

    string? ValueOf(string key)
    {
        known[key] = Kind.Value;
        return configuration[key];
    }

    static bool TryReal(string text, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);

    static bool TryDuration(string text, out TimeSpan duration)
    {
        var digits = text.AsSpan().IndexOfAnyExcept("0123456789.");
        if (digits > 0 && double.TryParse(text.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            var msPerUnit = text.AsSpan(digits).Trim() switch { "ms" => 1.0, "s" => 1_000, "m" => 60_000, "h" => 3_600_000, "d" => 86_400_000, _ => 0 };
            if (msPerUnit > 0 && number * msPerUnit < TimeSpan.MaxValue.TotalMilliseconds)
            {
                duration = TimeSpan.FromMilliseconds(number * msPerUnit);
                return true;
            }
        }
        duration = default;
        return text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out duration);
    }
}
