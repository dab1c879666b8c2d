using System.Globalization;

namespace Pharos.AspNetCore.Errors;

/// <summary>Until when the server wants nothing, by category.</summary>
/// <remarks>
/// <para><c>X-Sentry-Rate-Limits: 60:error;transaction:organization, 2700::key</c>: seconds, categories (none: all), scope. It comes with any answer.
/// A 429 without it holds all back for <c>Retry-After</c>, or 60 seconds.</para>
/// <para>Threads: one, the sender's. Limits: a day at most. Times are of the monotonic clock: one that jumps holds nothing back.</para>
/// </remarks>
sealed class RateLimits(TimeProvider time)
{
    const string All = "";
    static readonly TimeSpan Longest = TimeSpan.FromDays(1);
    static readonly TimeSpan Usual = TimeSpan.FromSeconds(60);

    readonly Dictionary<string, (long Since, TimeSpan Duration)> held = new(StringComparer.Ordinal);

    public bool Allows(string category) => LeftOf(All) <= TimeSpan.Zero && LeftOf(category) <= TimeSpan.Zero;

    public void Learn(HttpResponseMessage answer)
    {
        if (answer.Headers.TryGetValues("X-Sentry-Rate-Limits", out var limits))
        {
            foreach (var limit in string.Join(',', limits).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)) Learn(limit);
        }
        else if ((int)answer.StatusCode == 429)
        {
            Hold(All, answer.Headers.RetryAfter switch
            {
                { Delta: { } delta } => delta,
                { Date: { } date } => date - time.GetUtcNow(),
                _ => Usual,
            });
        }
    }

    void Learn(string limit)
    {
        var parts = limit.Split(':');
        if (!double.TryParse(parts[0], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)) seconds = Usual.TotalSeconds;
        var duration = TimeSpan.FromSeconds(Math.Min(seconds, Longest.TotalSeconds));
        var categories = parts.Length > 1 ? parts[1].Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : [];
        if (categories.Length == 0) Hold(All, duration);
        foreach (var category in categories.Take(32)) Hold(category, duration);
    }

    void Hold(string category, TimeSpan duration)
    {
        if (duration > Longest) duration = Longest;
        if (duration > LeftOf(category)) held[category] = (time.GetTimestamp(), duration);
    }

    TimeSpan LeftOf(string category) => held.TryGetValue(category, out var known) ? known.Duration - time.GetElapsedTime(known.Since) : TimeSpan.Zero;
}
