using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Pharos.AspNetCore.Settings;

/// <summary>Reads one configuration section by hand, so that trimming needs no reflection and every fault is told at once.</summary>
/// <remarks>
/// <para>Every reader takes the value that stands when the key is absent. A malformed value leaves that value and adds a fault to the
/// list that all sections of one reading share; <see cref="PharosOptions"/> throws them together.</para>
/// </remarks>
sealed class SettingsSection(IConfiguration configuration, string path, List<string> faults)
{
    /// <summary>Names of the keys below this one, as they were written.</summary>
    public IEnumerable<string> Keys => configuration.GetChildren().Select(child => child.Key);

    public SettingsSection Child(string key) => new(configuration.GetSection(key), $"{path}:{key}", faults);

    public string Text(string key, string standing) => configuration[key] ?? standing;

    public string? OptionalText(string key, string? standing) => configuration[key] is { Length: > 0 } text ? text : standing;

    public bool Flag(string key, bool standing)
    {
        if (configuration[key] is not { } text) return standing;
        if (bool.TryParse(text, out var flag)) return flag;
        Fault(key, text, "write true or false");
        return standing;
    }

    public int Number(string key, int standing, int min, int max)
    {
        if (configuration[key] is not { } text) return standing;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max) return number;
        Fault(key, text, string.Create(CultureInfo.InvariantCulture, $"write a whole number from {min} to {max}"));
        return standing;
    }

    public double Real(string key, double standing, double min, double max)
    {
        if (configuration[key] is not { } text) return standing;
        if (TryReal(text, out var number) && number >= min && number <= max) return number;
        Fault(key, text, string.Create(CultureInfo.InvariantCulture, $"write a number from {min} to {max}"));
        return standing;
    }

    /// <summary>A duration such as <c>250ms</c>, <c>5s</c>, <c>2m</c>, <c>1h</c>, or .NET's <c>00:00:05</c>.</summary>
    public TimeSpan Duration(string key, TimeSpan standing, TimeSpan min, TimeSpan max)
    {
        if (configuration[key] is not { } text) return standing;
        if (TryDuration(text, out var duration) && duration >= min && duration <= max) return duration;
        Fault(key, text, $"write a duration from {min} to {max}, such as 250ms, 5s or 00:00:05");
        return standing;
    }

    public T Choice<T>(string key, T standing) where T : struct, Enum
    {
        if (configuration[key] is not { } text) return standing;
        // Numbers are names of nothing: TryParse would take them.
        if (Enum.TryParse<T>(text, ignoreCase: true, out var choice) && Enum.GetNames<T>().Contains(text, StringComparer.OrdinalIgnoreCase)) return choice;
        Fault(key, text, $"write one of {string.Join(", ", Enum.GetNames<T>())}");
        return standing;
    }

    /// <summary>An absolute http or https address.</summary>
    public Uri? Url(string key, Uri? standing)
    {
        if (configuration[key] is not { Length: > 0 } text) return standing;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https") return url;
        Fault(key, text, "write an address such as http://localhost:9090");
        return standing;
    }

    /// <summary>A list: <c>Key:0</c>, <c>Key:1</c>, … or one value with commas. Absent: null.</summary>
    public IReadOnlyList<string>? Texts(string key)
    {
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
        foreach (var pair in configuration.GetSection(key).GetChildren())
        {
            if (pair.Value is { } value) yield return new(pair.Key, value);
        }
    }

    /// <summary>Adds a fault of this section that no reader above sees.</summary>
    /// <param name="advice">What to write instead.</param>
    public void Fault(string key, string found, string advice) => faults.Add($"{path}:{key}: \"{found}\"; {advice}");

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
